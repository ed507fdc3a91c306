//! A practice province: simulated people answer, inspect and sign through the same use cases as
//! real ones. Everything follows from a seed; the same seed gives the same bytes.

mod answer;
mod campaign;
mod opinion;
mod people;
mod preparation;
mod scenario;
mod schedule;

pub use campaign::{Campaign, CampaignPlan, SampleSize, Until};
pub use people::{PASSWORD, Post, bootstrap, login_of, post_account, post_actor};
pub use scenario::{SCENARIO_START, build};
pub use schedule::run;

use crate::practice::PracticeCode;
use crate::refusal::Failure;
use std::path::Path;

/// Writes the codes that are left for people to try.
///
/// # Errors
/// [`Failure::File`].
pub fn write_spare_codes(folder: &Path, codes: &[PracticeCode]) -> Result<(), Failure> {
    let mut text = String::from("appraisal,code\n");
    for code in codes {
        text.push_str(&format!("{},{}\n", code.appraisal, code.code));
    }
    write_file(&folder.join("codes.csv"), text.as_bytes())
}

pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |source| Failure::File { path: path.display().to_string(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, bytes).map_err(failed)
}
