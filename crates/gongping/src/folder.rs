//! Flags that name an installation.

use crate::failure::CommandFailure;
use crate::installation::Installation;
use gongping_app::App;
use std::path::PathBuf;

/// The installation to work on. A server may be running on it meanwhile.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Folder {
    /// 数据目录 · Folder of the installation
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

impl Folder {
    /// Opens it.
    pub(crate) async fn open(&self) -> Result<App, CommandFailure> {
        let installation = Installation::open(&self.dir)?;
        Ok(installation.start(installation.clock()?, None).await?)
    }
}

/// Where something is made before it is moved to its place: beside it, so that the move cannot
/// fail for want of room, and what is interrupted is never taken for the whole.
pub(crate) fn partial(path: &std::path::Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}
