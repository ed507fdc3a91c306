//! Who may read an opinion (E3 (6)): computed from the log alone, so that anybody can check it.

use super::{KeyRole, Opinion, Opinions};
use crate::{AccountId, Appraisal, Duty, DutyGrant, UnitId, World};
use std::collections::BTreeMap;

/// Those whose keys an opinion about a unit is sealed to, with the public halves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readers {
    /// Handlers 评议组: texts, and the inner layer of identities.
    pub handlers: BTreeMap<AccountId, String>,
    /// Second persons: the outer layer of identities.
    pub seconds: BTreeMap<AccountId, String>,
}

impl KeyRole {
    /// The duties whose holders may have such a key.
    #[must_use]
    pub const fn duties(self) -> &'static [Duty] {
        match self {
            Self::Handler => &[Duty::AppraisalTeam],
            Self::Second => &[Duty::OfficeDirector, Duty::ConductOffice],
        }
    }
}

impl World {
    /// The body whose people handle opinions about `unit`: the organiser, or the level above it
    /// where the organiser itself is spoken of.
    #[must_use]
    pub fn handling_body<'a>(&'a self, appraisal: &'a Appraisal, unit: &UnitId) -> &'a UnitId {
        let above = self.unit(&appraisal.organiser).and_then(|unit| unit.parent.as_ref());
        match above {
            Some(above) if *unit == appraisal.organiser => above,
            _ => &appraisal.organiser,
        }
    }

    /// Whether `account` may act in `role` on opinions about `unit`: it holds the duty at the
    /// handling body, none at the unit or below it, and has declared no ties to it.
    #[must_use]
    pub fn may_read(
        &self,
        appraisal: &Appraisal,
        unit: &UnitId,
        role: KeyRole,
        account: &AccountId,
    ) -> bool {
        let body = self.handling_body(appraisal, unit);
        let Some(known) = self.account(account).filter(|known| known.active) else { return false };
        let holds = |grant: &DutyGrant| role.duties().contains(&grant.duty) && grant.unit == *body;
        let of_the_unit = |grant: &DutyGrant| self.is_within(&grant.unit, unit);
        known.duties.iter().any(holds)
            && !known.duties.iter().any(of_the_unit)
            && !appraisal.opinions.has_interest(account, unit)
    }

    /// Whether `account` may act as a handler on this opinion now: it may read what is said about the
    /// unit, and the text was sealed to it if it was sealed at all.
    #[must_use]
    pub fn is_handler(
        &self,
        appraisal: &Appraisal,
        opinion: &Opinion,
        account: &AccountId,
    ) -> bool {
        self.may_read(appraisal, &opinion.unit, KeyRole::Handler, account)
            && (!opinion.sealed || opinion.sealed_to.handlers.contains(account))
    }

    /// Those who may read opinions about `unit` and have a key.
    #[must_use]
    pub fn readers(&self, appraisal: &Appraisal, unit: &UnitId) -> Readers {
        let mut readers = Readers::default();
        for (account, key) in appraisal.opinions.keys() {
            if self.may_read(appraisal, unit, key.role, account) {
                let of_role = match key.role {
                    KeyRole::Handler => &mut readers.handlers,
                    KeyRole::Second => &mut readers.seconds,
                };
                of_role.insert(account.clone(), key.recipient.clone());
            }
        }
        readers
    }

    /// Whether `account` may register a key of this role: it holds the duty at the organiser or one
    /// level above.
    #[must_use]
    pub fn may_hold_reader_key(
        &self,
        appraisal: &Appraisal,
        role: KeyRole,
        account: &AccountId,
    ) -> bool {
        let organiser = &appraisal.organiser;
        let above = self.unit(organiser).and_then(|unit| unit.parent.as_ref());
        self.account(account).filter(|known| known.active).is_some_and(|known| {
            known.duties.iter().any(|grant| {
                role.duties().contains(&grant.duty)
                    && (grant.unit == *organiser || Some(&grant.unit) == above)
            })
        })
    }

    /// Whether `account` belongs to the level above the body that handles opinions about `unit`
    /// (T10): its appraisal team, or at the top the conduct office.
    #[must_use]
    pub fn is_one_up(&self, appraisal: &Appraisal, unit: &UnitId, account: &AccountId) -> bool {
        self.is_above_unit(self.handling_body(appraisal, unit), account)
            && !appraisal.opinions.has_interest(account, unit)
    }

    /// Whether `account` belongs to the level above a unit: its appraisal team, or at the top the
    /// unit's own conduct office.
    #[must_use]
    pub fn is_above_unit(&self, body: &UnitId, account: &AccountId) -> bool {
        let wanted = match self.unit(body).and_then(|unit| unit.parent.as_ref()) {
            Some(parent) => DutyGrant { duty: Duty::AppraisalTeam, unit: parent.clone() },
            None => DutyGrant { duty: Duty::ConductOffice, unit: body.clone() },
        };
        let account = self.account(account).filter(|known| known.active);
        account.is_some_and(|known| known.duties.contains(&wanted))
    }
}

impl Opinions {
    /// The public half of an account's key, if it is one of this role.
    #[must_use]
    pub fn recipient(&self, account: &AccountId, role: KeyRole) -> Option<&str> {
        let key = self.key(account).filter(|key| key.role == role);
        key.map(|key| key.recipient.as_str())
    }
}
