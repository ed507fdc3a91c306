//! What a box says: its election in the ballot protocol, made from the appraisal and from nothing
//! else, so that a verifier can demand exactly this of every box (C3, D2).

use gongping_appraisal::{Appraisal, BoxId, Ceremony, KeyRound, KeySeat};
use gongping_score::rulebook::Blank;
use gongping_seal::{
    CeremonyError, Certificates, Conclusion, ElectionDraft, ElectionError, Polynomials, Question,
    TrusteeError, Trustees, Uuid,
};

/// Why there is no election for a box.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BoxElectionMistake {
    /// The appraisal has no agreed survey plan.
    #[error("the appraisal has no agreed survey plan")]
    NoPlan,
    /// The plan has no such box, or the rulebook no such group.
    #[error("the survey plan has no box {box_id}")]
    UnknownBox {
        /// The box.
        box_id: BoxId,
    },
    /// A key holder has not handed in a key.
    #[error("the key of seat {} is missing", .seat.as_str())]
    KeyMissing {
        /// The seat.
        seat: KeySeat,
    },
    /// A message of the key ceremony does not hold.
    #[error("the key ceremony does not hold: {0}")]
    Ceremony(#[from] CeremonyError),
    /// The key holders agreed on another number than the plan.
    #[error("the certificates are for another number of key holders than the survey plan")]
    Threshold,
    /// The key cannot be used.
    #[error("the keys cannot be used: {0}")]
    Trustee(#[from] TrusteeError),
    /// The identifier or a text does not fit the ballot protocol.
    #[error("the election of the box cannot be made: {0}")]
    Election(#[from] ElectionError),
}

/// The messages of one round of the ceremony, in the order of the seats.
fn messages(ceremony: &Ceremony, round: KeyRound) -> Result<Vec<&str>, BoxElectionMistake> {
    let missing = || ceremony.awaited(round).first().copied().unwrap_or(KeySeat::Office);
    ceremony.complete(round).ok_or_else(|| BoxElectionMistake::KeyMissing { seat: missing() })
}

/// The certificates of all key holders, checked.
///
/// # Errors
/// [`BoxElectionMistake`] when one is missing or its proof does not hold.
pub fn certificates(ceremony: &Ceremony) -> Result<Certificates, BoxElectionMistake> {
    let certificates = Certificates::parse(&messages(ceremony, KeyRound::Certificate)?)?;
    if certificates.threshold() != ceremony.threshold {
        return Err(BoxElectionMistake::Threshold);
    }
    Ok(certificates)
}

/// The polynomials of all key holders, checked.
///
/// # Errors
/// [`BoxElectionMistake`] when one is missing or its proofs do not hold.
pub fn polynomials(ceremony: &Ceremony) -> Result<Polynomials, BoxElectionMistake> {
    let polynomials = messages(ceremony, KeyRound::Polynomial)?;
    Ok(Polynomials::parse(certificates(ceremony)?, &polynomials)?)
}

/// What came out of the ceremony, checked.
///
/// # Errors
/// [`BoxElectionMistake`] when a message is missing or does not hold.
pub fn conclusion(ceremony: &Ceremony) -> Result<Conclusion, BoxElectionMistake> {
    let outputs = messages(ceremony, KeyRound::Output)?;
    Ok(polynomials(ceremony)?.conclude(&outputs)?)
}

/// The key holders of every box, in the order of their seats (C9): any so many of them open it as
/// the survey plan says.
///
/// # Errors
/// [`BoxElectionMistake`] when a message of the ceremony is missing or does not hold.
pub fn box_trustees(ceremony: &Ceremony) -> Result<Trustees, BoxElectionMistake> {
    trustees_of(&conclusion(ceremony)?)
}

/// The same, from what came out of the ceremony.
///
/// # Errors
/// [`BoxElectionMistake`] when it does not lead to a key.
pub fn trustees_of(conclusion: &Conclusion) -> Result<Trustees, BoxElectionMistake> {
    Ok(Trustees::with_threshold([], &conclusion.parameters)?)
}

/// The election of a box for these key holders. `unit_name` is the unit's name on the day on which the survey opens.
///
/// Each item of the rulebook is a question and each grade an answer, in the order of the rulebook
/// and in its Chinese words: what respondents read is what the box says. Where the rulebook
/// forbids blank answers, the ballot itself must contain one for each item.
///
/// # Errors
/// [`BoxElectionMistake`] when the appraisal is not that far or does not have this box.
pub fn box_election(
    appraisal: &Appraisal,
    box_id: &BoxId,
    unit_name: &str,
    trustees: &Trustees,
) -> Result<ElectionDraft, BoxElectionMistake> {
    let open = appraisal.running().ok_or(BoxElectionMistake::NoPlan)?;
    let plan = open.survey.plan().ok_or(BoxElectionMistake::NoPlan)?;
    let unknown = || BoxElectionMistake::UnknownBox { box_id: box_id.clone() };
    let mut sheets = plan.sheets.iter();
    let planned = box_id.appraisal() == appraisal.id
        && sheets
            .any(|sheet| sheet.group == box_id.group() && sheet.units.contains(&box_id.unit()));
    if !planned {
        return Err(unknown());
    }
    let rules = &open.rulebook.rules;
    let group = rules.group(box_id.group().as_str()).ok_or_else(unknown)?;
    let grades = || rules.grades().iter().map(|grade| grade.name.zh_hans.clone());
    let min = u32::from(rules.survey().blank.value == Blank::Forbidden);
    let questions = rules
        .items()
        .iter()
        .map(|item| Question { min, ..Question::one_of(item.text.zh_hans.clone(), grades()) })
        .collect();
    Ok(ElectionDraft {
        uuid: Uuid::parse(&plan.election_uuid(box_id))?,
        name: format!("{}：{unit_name}（{}）", appraisal.title, group.name.zh_hans),
        // The fingerprint covers this text, and every ballot contains the fingerprint: no ballot
        // can be counted under other rules or for another unit [T5].
        description: format!(
            "gongping-box-v1; box {box_id}; rulebook sha256 {}; survey plan sha256 {}",
            open.rulebook.hash,
            plan.digest(),
        ),
        questions,
        public_key: trustees.election_key(),
        administrator: None,
        credential_authority: None,
    })
}
