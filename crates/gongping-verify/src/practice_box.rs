//! The practice box (C9): a box of the real key with a few ballots that nobody cast, opened by the
//! key holders before any survey may open. Votes have been lost to media that could not be read
//! on the day of the count.
//!
//! All of it stands in the log, so that anybody can open it again.

use crate::election::BoxElectionMistake;
use gongping_appraisal::{
    Appraisal, Ceremony, KeySeat, Medium, PracticeItem, Survey, SurveyPlan, sha256,
};
use gongping_seal::{
    BallotRejection, BoxFinding, BoxReplay, BoxState, Choice, CredentialList, CredentialListError,
    Defect, Election, ElectionDraft, Item, Phase, PrivateCredential, Question, SealError,
    TallyError, Trustees, Uuid, seal_ballot,
};
use rand_core::CryptoRng;

/// Ballots in a practice box.
pub const PRACTICE_BALLOTS: u64 = 5;
const ANSWERS: [&str; 4] = ["甲", "乙", "丙", "丁"];

/// Why a practice box does not hold.
#[derive(Debug, thiserror::Error)]
pub enum PracticeBoxMistake {
    /// There is none, or no key for one.
    #[error("there is no practice box")]
    Missing,
    /// The key holders' messages do not lead to a key.
    #[error(transparent)]
    Election(#[from] BoxElectionMistake),
    /// It is not the box that this key and this plan lead to.
    #[error("it is not the practice box of this key and this survey plan: {what}")]
    NotExpected {
        /// What differs.
        what: &'static str,
    },
    /// Its archive does not hold.
    #[error(transparent)]
    Archive(#[from] BoxFinding),
    /// It cannot be made.
    #[error(transparent)]
    SetUp(#[from] Defect),
    /// A list of codes cannot be made.
    #[error(transparent)]
    Codes(#[from] CredentialListError),
    /// A ballot cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A ballot is refused.
    #[error(transparent)]
    Ballot(#[from] BallotRejection),
    /// A share does not hold.
    #[error("the share of {}: {source}", .seat.as_str())]
    Share {
        /// Whose.
        seat: KeySeat,
        /// Why.
        source: TallyError,
    },
    /// It cannot be added up or opened.
    #[error(transparent)]
    Tally(#[from] TallyError),
}

fn plan_of(appraisal: &Appraisal) -> Result<&SurveyPlan, BoxElectionMistake> {
    let survey = appraisal.running().map(|open| &open.survey);
    survey.and_then(Survey::plan).ok_or(BoxElectionMistake::NoPlan)
}

/// The election of the practice box: nothing in it is of anybody's choosing.
fn draft(appraisal: &Appraisal, trustees: &Trustees) -> Result<ElectionDraft, BoxElectionMistake> {
    let plan = plan_of(appraisal)?;
    let uuid = plan.uuid_for("gongping-practice-box", &sha256(trustees.bytes()).to_string());
    let question = Question::one_of("试开票箱：随便选一项".to_owned(), ANSWERS.map(str::to_owned));
    Ok(ElectionDraft {
        uuid: Uuid::parse(&uuid)?,
        name: format!("{}：试开票箱", appraisal.title),
        description: format!(
            "gongping-practice-box-v1; appraisal {}; survey plan sha256 {}",
            appraisal.id,
            plan.digest(),
        ),
        questions: vec![Question { min: 1, ..question }],
        public_key: trustees.election_key(),
        administrator: None,
        credential_authority: None,
    })
}

/// Makes a practice box with ballots at random, up to the encrypted tally. `timestamp` is in
/// seconds since 1970.
///
/// # Errors
/// [`PracticeBoxMistake`] when the appraisal has no plan, or the key cannot be used.
pub fn make_practice_box<R: CryptoRng>(
    appraisal: &Appraisal,
    trustees: &Trustees,
    timestamp: u64,
    rng: &mut R,
) -> Result<Vec<PracticeItem>, PracticeBoxMistake> {
    let election =
        Election::build(draft(appraisal, trustees)?).map_err(BoxElectionMistake::from)?;
    let codes: Vec<_> = (0..PRACTICE_BALLOTS).map(|_| PrivateCredential::generate(rng)).collect();
    let public = codes.iter().map(|code| code.derive(election.uuid()).public());
    let credentials = CredentialList::build(public)?;
    let (mut state, mut items) =
        BoxState::setup(timestamp, election, trustees.clone(), credentials)?;
    for code in &codes {
        let answer = rng.next_u32() as usize % ANSWERS.len();
        let ballot = seal_ballot(state.election(), code, &[Choice::one(answer)], rng)?;
        let checked = state.check_ballot(ballot.bytes())?;
        items.extend(state.append_ballot(checked)?);
    }
    items.extend(state.end_ballots()?);
    items.extend(state.encrypted_tally()?);
    let practice_item = |item: Item| PracticeItem {
        name: item.name,
        text: String::from_utf8_lossy(&item.bytes).into_owned(),
    };
    Ok(items.into_iter().map(practice_item).collect())
}

/// Reads the practice box of a ceremony and checks all of it, up to the encrypted tally.
///
/// # Errors
/// [`PracticeBoxMistake`] names what does not hold.
pub fn read_practice_box(
    appraisal: &Appraisal,
    ceremony: &Ceremony,
    trustees: &Trustees,
) -> Result<BoxState, PracticeBoxMistake> {
    let rehearsal = ceremony.rehearsal.as_ref().ok_or(PracticeBoxMistake::Missing)?;
    let mut replay = BoxReplay::verifying(1);
    for PracticeItem { name, text } in &rehearsal.items {
        replay.apply(Item { name: name.clone(), bytes: text.as_bytes().to_owned() })?;
    }
    let state = replay.finish()?.state;
    let expected =
        Election::build(draft(appraisal, trustees)?).map_err(BoxElectionMistake::from)?;
    let differs = |what| Err(PracticeBoxMistake::NotExpected { what });
    if state.trustees().bytes() != trustees.bytes() {
        return differs("the key holders");
    }
    if state.election().bytes() != expected.bytes() {
        return differs("the election");
    }
    if state.phase() != Phase::AddedUp || state.ballots_counted() != PRACTICE_BALLOTS {
        return differs("the number of ballots");
    }
    Ok(state)
}

/// Opens the practice box with the shares of these seats from one medium each.
///
/// # Errors
/// [`PracticeBoxMistake::Share`] names a share that does not hold.
pub fn open_practice_box<'a>(
    mut state: BoxState,
    shares: impl IntoIterator<Item = (KeySeat, &'a str)>,
) -> Result<Vec<Vec<u64>>, PracticeBoxMistake> {
    for (seat, share) in shares {
        check_practice_share(&mut state, seat, share)?;
    }
    state.result()?;
    state.counts().map(<[Vec<u64>]>::to_vec).ok_or(PracticeBoxMistake::Missing)
}

/// Checks one share and adds it to the box.
///
/// # Errors
/// [`PracticeBoxMistake::Share`] when it does not hold.
pub fn check_practice_share(
    state: &mut BoxState,
    seat: KeySeat,
    share: &str,
) -> Result<(), PracticeBoxMistake> {
    let added = state.partial_decryption(seat.number(), share.as_bytes());
    added.map(drop).map_err(|source| PracticeBoxMistake::Share { seat, source })
}

/// Checks the whole rehearsal as it stands in the log: the box, every share, the counts.
///
/// # Errors
/// [`PracticeBoxMistake`] names what does not hold.
pub fn check_rehearsal(
    appraisal: &Appraisal,
    ceremony: &Ceremony,
    trustees: &Trustees,
) -> Result<(), PracticeBoxMistake> {
    let rehearsal = ceremony.rehearsal.as_ref().ok_or(PracticeBoxMistake::Missing)?;
    for medium in Medium::ALL {
        let state = read_practice_box(appraisal, ceremony, trustees)?;
        let of_medium = rehearsal.shares.iter().filter(|((_, of), _)| *of == medium);
        let shares = of_medium.map(|((seat, _), share)| (*seat, share.as_str()));
        let counts = open_practice_box(state, shares)?;
        if rehearsal.outcome.as_ref() != Some(&counts) {
            return Err(PracticeBoxMistake::NotExpected { what: "what came out" });
        }
    }
    Ok(())
}
