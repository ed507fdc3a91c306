//! Channels by which people can say something (C2): published, so public.

use crate::Digest;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What kind of channel or notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// 热线电话
    Hotline,
    /// 意见箱
    Mailbox,
    /// 电子邮箱
    Email,
    /// 通信地址
    Address,
    /// 网站公告
    Website,
    /// 电视公告
    Television,
    /// 广播公告
    Radio,
    /// 报纸公告
    Newspaper,
}

impl ChannelKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Hotline,
        Self::Mailbox,
        Self::Email,
        Self::Address,
        Self::Website,
        Self::Television,
        Self::Radio,
        Self::Newspaper,
    ];

    /// The word in tables, forms and translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hotline => "hotline",
            Self::Mailbox => "mailbox",
            Self::Email => "email",
            Self::Address => "address",
            Self::Website => "website",
            Self::Television => "television",
            Self::Radio => "radio",
            Self::Newspaper => "newspaper",
        }
    }

    /// Reads the word that [`ChannelKind::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A channel, or a notice that made channels known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicChannel {
    /// Its number within the appraisal, from 1.
    pub number: u32,
    /// What kind.
    pub kind: ChannelKind,
    /// The number, the place, or where the notice appeared: one line.
    pub label: String,
    /// The first day.
    pub from: Date,
    /// The last day; none while it stays open.
    pub until: Option<Date>,
    /// SHA-256 of the scan or photograph that proves it.
    pub proof: Option<Digest>,
}

impl PublicChannel {
    /// Whether it is open on a day.
    #[must_use]
    pub fn is_open_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}
