//! What happens to opinions. No text and no name stands here: events carry commitments.

use crate::{AccountId, Digest, ItemId, OpinionId, SheetNumber, UnitId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in tables, forms and translation keys.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the word that `as_str` writes.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == text)
            }
        }
    };
}

words! {
    /// What an opinion is (C2).
    Matter {
        /// 表扬
        Praise = "praise",
        /// 建议
        Suggestion = "suggestion",
        /// 投诉
        Complaint = "complaint",
    }
}

words! {
    /// How an opinion came in (C2).
    Channel {
        /// The public form.
        Web = "web",
        /// The hotline; a clerk types.
        Telephone = "telephone",
        /// A visit; a clerk types.
        Counter = "counter",
        /// A letter on paper.
        Letter = "letter",
        /// E-mail.
        Email = "email",
        /// A symposium: opinions without speakers.
        Symposium = "symposium",
        /// A clipping from newspaper, radio, television or a website.
        Media = "media",
        /// A row of a table from elsewhere.
        Import = "import",
    }
}

words! {
    /// What the filer chose about the own name (E3 (6), (7)).
    Protection {
        /// 实名: the handlers may be told who it is, with a second person's consent.
        Named = "named",
        /// 保密: the same, and the text itself is sealed whatever it is about.
        Confidential = "confidential",
        /// 匿名: nobody is told, because nobody was.
        Anonymous = "anonymous",
    }
}

words! {
    /// What a key of the installation's people opens.
    KeyRole {
        /// A handler's: texts, and the inner layer of an identity.
        Handler = "handler",
        /// A second person's: the outer layer of an identity, and nothing else.
        Second = "second",
    }
}

words! {
    /// How an opinion was closed.
    Outcome {
        /// 已办结: it was followed up.
        Settled = "settled",
        /// 不予受理: it was not, with grounds.
        Declined = "declined",
        /// 维持: the level above let it stand closed after the filer contested.
        Upheld = "upheld",
    }
}

/// An opinion as it is filed (C2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// The unit it is about.
    pub unit: UnitId,
    /// The item of the rulebook, if the filer chose one.
    pub item: Option<ItemId>,
    /// What it is.
    pub matter: Matter,
    /// How it came in.
    pub channel: Channel,
    /// What the filer chose.
    pub protection: Protection,
    /// Whether the text is sealed to the handlers.
    pub sealed: bool,
    /// Commitment to the text, sealed or open, with its files.
    pub content: Digest,
    /// Commitment to the identity, sealed twice: the inner layer to the handlers, the outer one to
    /// the second persons. None for an anonymous one.
    pub identity: Option<Digest>,
    /// SHA-256 of what the filer is found by on coming back. It also makes a double sending one.
    pub lookup: Digest,
    /// To whom the text and the inner layer are sealed.
    pub handlers: BTreeSet<AccountId>,
    /// To whom the outer layer is sealed.
    pub seconds: BTreeSet<AccountId>,
    /// Whether a clerk read the text back to the caller, who said yes.
    pub read_back: bool,
}

impl Filing {
    /// Whether a text of this kind may only be kept sealed (E3 (6)).
    #[must_use]
    pub fn must_be_sealed(matter: Matter, protection: Protection) -> bool {
        matter == Matter::Complaint || protection == Protection::Confidential
    }
}

/// What happened to an opinion, or to the keys of those who read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum OpinionEvent {
    /// A handler or second person made a key; an earlier one of the same person is replaced.
    HandlerKeyRegistered {
        /// What it opens.
        role: KeyRole,
        /// The public half, an age X25519 recipient.
        recipient: String,
    },
    /// Somebody declared ties to a unit, and gets nothing about it from here on (A4, E3).
    InterestDeclared {
        /// The unit.
        unit: UnitId,
    },
    /// An opinion came in.
    Filed {
        /// Its number.
        opinion: OpinionId,
        /// What was filed.
        filing: Filing,
    },
    /// A handler opened the text.
    TextOpened {
        /// Which.
        opinion: OpinionId,
    },
    /// A handler wrote the copy that others, and the unit, may see; an earlier one is replaced.
    Masked {
        /// Which.
        opinion: OpinionId,
        /// Commitment to the copy.
        copy: Digest,
    },
    /// A handler answered the filer.
    Answered {
        /// Which.
        opinion: OpinionId,
        /// Commitment to the answer, sealed to the filer's code.
        answer: Digest,
    },
    /// The filer came back and added something.
    Added {
        /// Which.
        opinion: OpinionId,
        /// Commitment to what was added, sealed to the handlers.
        addition: Digest,
    },
    /// A handler closed it.
    Closed {
        /// Which.
        opinion: OpinionId,
        /// How.
        outcome: Outcome,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// The filer does not agree; the level above sees it from here on (T10).
    Contested {
        /// Which.
        opinion: OpinionId,
    },
    /// The level above decided on a contested one.
    Ruled {
        /// Which.
        opinion: OpinionId,
        /// Whether the handlers must take it up again.
        reopened: bool,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// A handler asked to be told who the filer is.
    IdentityRequested {
        /// Which.
        opinion: OpinionId,
        /// Commitment to the reason.
        reason: Digest,
    },
    /// A second person took off the outer layer for the handler who asked.
    IdentityReleased {
        /// Which.
        opinion: OpinionId,
        /// Commitment to the inner layer.
        inner: Digest,
    },
    /// A second person said no.
    IdentityRefused {
        /// Which.
        opinion: OpinionId,
        /// Commitment to the reason.
        reason: Digest,
    },
    /// The handler who asked opened the identity.
    IdentityOpened {
        /// Which.
        opinion: OpinionId,
    },
    /// Somebody was told what to answer (E3 (3), (7)); the level above sees it.
    InfluenceReported {
        /// Number of the report within the appraisal, from 1.
        report: u32,
        /// The kind of sheet, if the reporter had one open.
        sheet: Option<SheetNumber>,
    },
    /// The level above took such a report up.
    InfluenceTakenUp {
        /// Which report.
        report: u32,
    },
}

impl OpinionEvent {
    /// What the event commits to.
    #[must_use]
    pub fn commitments(&self) -> Vec<Digest> {
        match self {
            Self::Filed { filing, .. } => {
                std::iter::once(filing.content).chain(filing.identity).collect()
            }
            Self::Masked { copy: digest, .. }
            | Self::Answered { answer: digest, .. }
            | Self::Added { addition: digest, .. }
            | Self::Closed { grounds: digest, .. }
            | Self::Ruled { grounds: digest, .. }
            | Self::IdentityRequested { reason: digest, .. }
            | Self::IdentityReleased { inner: digest, .. }
            | Self::IdentityRefused { reason: digest, .. } => vec![*digest],
            Self::HandlerKeyRegistered { .. }
            | Self::InterestDeclared { .. }
            | Self::TextOpened { .. }
            | Self::Contested { .. }
            | Self::IdentityOpened { .. }
            | Self::InfluenceReported { .. }
            | Self::InfluenceTakenUp { .. } => Vec::new(),
        }
    }

    /// The opinion it is about, if it is about one.
    #[must_use]
    pub const fn opinion(&self) -> Option<OpinionId> {
        match self {
            Self::Filed { opinion, .. }
            | Self::TextOpened { opinion }
            | Self::Masked { opinion, .. }
            | Self::Answered { opinion, .. }
            | Self::Added { opinion, .. }
            | Self::Closed { opinion, .. }
            | Self::Contested { opinion }
            | Self::Ruled { opinion, .. }
            | Self::IdentityRequested { opinion, .. }
            | Self::IdentityReleased { opinion, .. }
            | Self::IdentityRefused { opinion, .. }
            | Self::IdentityOpened { opinion } => Some(*opinion),
            Self::HandlerKeyRegistered { .. }
            | Self::InterestDeclared { .. }
            | Self::InfluenceReported { .. }
            | Self::InfluenceTakenUp { .. } => None,
        }
    }

    /// The command that it answers.
    #[must_use]
    pub fn step(&self) -> OpinionStep {
        match self.clone() {
            Self::HandlerKeyRegistered { role, recipient } => {
                OpinionStep::RegisterKey { role, recipient }
            }
            Self::InterestDeclared { unit } => OpinionStep::DeclareInterest { unit },
            Self::Filed { filing, .. } => OpinionStep::File(filing),
            Self::TextOpened { opinion } => OpinionStep::OpenText { opinion },
            Self::Masked { opinion, copy } => OpinionStep::Mask { opinion, copy },
            Self::Answered { opinion, answer } => OpinionStep::Answer { opinion, answer },
            Self::Added { opinion, addition } => OpinionStep::Add { opinion, addition },
            Self::Closed { opinion, outcome, grounds } => {
                OpinionStep::Close { opinion, outcome, grounds }
            }
            Self::Contested { opinion } => OpinionStep::Contest { opinion },
            Self::Ruled { opinion, reopened, grounds } => {
                OpinionStep::Rule { opinion, reopen: reopened, grounds }
            }
            Self::IdentityRequested { opinion, reason } => {
                OpinionStep::RequestIdentity { opinion, reason }
            }
            Self::IdentityReleased { opinion, inner } => {
                OpinionStep::ReleaseIdentity { opinion, inner }
            }
            Self::IdentityRefused { opinion, reason } => {
                OpinionStep::RefuseIdentity { opinion, reason }
            }
            Self::IdentityOpened { opinion } => OpinionStep::OpenIdentity { opinion },
            Self::InfluenceReported { sheet, .. } => OpinionStep::ReportInfluence { sheet },
            Self::InfluenceTakenUp { report } => OpinionStep::TakeUpInfluence { report },
        }
    }
}

/// What somebody wants to happen with an opinion. See the [`OpinionEvent`] of the same matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpinionStep {
    /// Register the own key.
    RegisterKey {
        /// What it opens.
        role: KeyRole,
        /// The public half.
        recipient: String,
    },
    /// Declare ties to a unit.
    DeclareInterest {
        /// The unit.
        unit: UnitId,
    },
    /// File an opinion.
    File(Filing),
    /// Open the text.
    OpenText {
        /// Which.
        opinion: OpinionId,
    },
    /// Write the masked copy.
    Mask {
        /// Which.
        opinion: OpinionId,
        /// Commitment to the copy.
        copy: Digest,
    },
    /// Answer the filer.
    Answer {
        /// Which.
        opinion: OpinionId,
        /// Commitment to the answer.
        answer: Digest,
    },
    /// Add to an own opinion.
    Add {
        /// Which.
        opinion: OpinionId,
        /// Commitment to what is added.
        addition: Digest,
    },
    /// Close it.
    Close {
        /// Which.
        opinion: OpinionId,
        /// How.
        outcome: Outcome,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// Contest what became of an own opinion.
    Contest {
        /// Which.
        opinion: OpinionId,
    },
    /// Decide on a contested one.
    Rule {
        /// Which.
        opinion: OpinionId,
        /// Whether it is taken up again.
        reopen: bool,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// Ask to be told who the filer is.
    RequestIdentity {
        /// Which.
        opinion: OpinionId,
        /// Commitment to the reason.
        reason: Digest,
    },
    /// Hand over the inner layer.
    ReleaseIdentity {
        /// Which.
        opinion: OpinionId,
        /// Commitment to it.
        inner: Digest,
    },
    /// Say no.
    RefuseIdentity {
        /// Which.
        opinion: OpinionId,
        /// Commitment to the reason.
        reason: Digest,
    },
    /// Open the identity.
    OpenIdentity {
        /// Which.
        opinion: OpinionId,
    },
    /// Report that somebody was told what to answer.
    ReportInfluence {
        /// The kind of sheet, if known.
        sheet: Option<SheetNumber>,
    },
    /// Take such a report up.
    TakeUpInfluence {
        /// Which report.
        report: u32,
    },
}
