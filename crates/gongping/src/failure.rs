//! Why a command failed: the cause, and what to do.

use crate::command::codes::CodesFailure;
use crate::installation::InstallationFailure;
use crate::key_file::KeyFileError;
use crate::words;
use gongping_app::key_holder::HolderMistake;
use gongping_app::{Failure, Refusal};
use gongping_locale::Texts;
use gongping_seal::SlipMistake;
use gongping_store::StoreFailure;
use gongping_verify::{ExitStatus, SourceError, VerifyFailure};
use std::path::{Path, PathBuf};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandFailure {
    /// The folder.
    #[error(transparent)]
    Installation(#[from] InstallationFailure),
    /// A use case.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is something at the destination already.
    #[error("{0} 已存在 · exists already")]
    Exists(PathBuf),
    /// What is to be verified cannot be opened.
    #[error("{path}: {source}")]
    Source {
        /// Which.
        path: PathBuf,
        /// Why.
        source: SourceError,
    },
    /// Nothing could be said about what is to be verified.
    #[error("{path}: {source}")]
    Verify {
        /// Which.
        path: PathBuf,
        /// Why.
        source: VerifyFailure,
    },
    /// Codes.
    #[error(transparent)]
    Codes(#[from] CodesFailure),
    /// No account of this log-in name is open.
    #[error("没有登录名为 {0} 的账号 · there is no open account {0}")]
    NoAccount(String),
    /// No account id can be made from the log-in name.
    #[error("由登录名 {0} 不能得出账号编号 · no account id follows from the log-in name {0}")]
    NeedsId(String),
    /// A password was typed differently the second time, or none came.
    #[error("两次输入的密码不同，或没有输入 · the passwords differ, or none was given")]
    Password,
    /// A key holder's file.
    #[error("{path}: {source}")]
    KeyFile {
        /// Which.
        path: PathBuf,
        /// Why.
        source: KeyFileError,
    },
    /// What was typed from a key sheet.
    #[error("密钥单上的密钥输入有误 · the key from the sheet is mistyped: {0}")]
    Letters(SlipMistake),
    /// A key holder's device refuses.
    #[error("没有办理 · nothing was done: {0}")]
    Holder(HolderMistake),
    /// Neither a work order nor a box.
    #[error("{0} 不是任务文件，也不是票箱 · is neither a work order nor a box")]
    NoWorkOrder(PathBuf),
    /// The address.
    #[error("{address}: {why}")]
    Listen {
        /// The address.
        address: String,
        /// Why not.
        why: String,
    },
}

impl CommandFailure {
    /// A box, or another file by itself, of which nothing could be said.
    pub(crate) fn of_file(path: &Path, failure: VerifyFailure) -> Self {
        match failure {
            VerifyFailure::Read { path, source } => Self::File { path: path.into(), source },
            source => Self::Verify { path: path.to_owned(), source },
        }
    }

    /// The answer of the command line: 1 where the content is at fault, 3 where it could not be
    /// had.
    pub(crate) const fn status(&self) -> ExitStatus {
        match self {
            Self::Refusal(Refusal::Failure(_) | Refusal::Document(_)) => ExitStatus::Unreadable,
            Self::Refusal(_)
            | Self::NoAccount(_)
            | Self::NeedsId(_)
            | Self::Password
            | Self::Letters(_)
            | Self::Holder(_)
            | Self::NoWorkOrder(_)
            | Self::KeyFile { .. } => ExitStatus::DoesNotHold,
            _ => ExitStatus::Unreadable,
        }
    }

    /// What happened, one line for each thing that is wrong.
    pub(crate) fn lines(&self, t: Texts) -> Vec<String> {
        match self {
            Self::Refusal(refusal) => words::refusal(t, refusal),
            other => vec![other.to_string()],
        }
    }

    fn below(&self) -> Option<&Failure> {
        match self {
            Self::Installation(InstallationFailure::Failure(failure))
            | Self::Refusal(Refusal::Failure(failure)) => Some(failure),
            _ => None,
        }
    }

    /// What to do, in a sentence.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Listen { .. } => {
                return Some("换一个端口 · try another port: --listen 127.0.0.1:8700");
            }
            Self::Installation(InstallationFailure::Absent(_)) => {
                return Some(
                    "用 gongping init 或 gongping demo 建立 · make one with gongping init, \
                     or a practice province with gongping demo",
                );
            }
            Self::Installation(InstallationFailure::Exists(_)) | Self::Exists(_) => {
                return Some(
                    "换一个名字；已有的不会被覆盖 · choose another name; nothing is overwritten",
                );
            }
            Self::NeedsId(_) => {
                return Some("用 --id 给出小写字母、数字和横线 · give --id: a-z, 0-9 and hyphens");
            }
            Self::NoAccount(_) => {
                return Some("用 gongping user list 查看 · see them with: gongping user list");
            }
            _ => {}
        }
        match self.below()? {
            Failure::Damaged(_) => {
                Some("用 gongping doctor 查明 · find out where with: gongping doctor")
            }
            Failure::Contention => Some("服务正忙，请重试 · the server is busy; try again"),
            Failure::Store(StoreFailure::BackupOfServer) => Some(
                "用 pg_dump 备份数据库，另行抄存 gongping.toml 和 log.key · back the database up \
                 with pg_dump, and keep gongping.toml and log.key as well",
            ),
            _ => None,
        }
    }
}
