//! Structure-aware fuzzing: good structures are changed, and every decoder must either refuse
//! them or have read exactly what they say. Nothing may panic, and what cannot be forged must not
//! be accepted in any other form.
//!
//! `tests/fuzz.rs` runs some of it, `examples/fuzz.rs` as much as one likes. The good structures
//! stand in `testdata/fuzz`, one folder for each decoder.

#![allow(unreachable_pub, reason = "shared by a test and an example")]
#![allow(dead_code, reason = "a test and an example use other parts")]
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

pub mod json;
pub mod mutate;

use crate::common::{Fixture, archive, rng, texts};
use crate::forge::{Scene, relink, sign_with, unsigned};
use gongping_seal::*;
use mutate::Dice;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest time that any decoder may take for any input of this size.
const MOST_TIME: Duration = Duration::from_secs(20);

/// What a decoder made of an input.
pub type Outcome = Result<bool, String>;
/// Decodes an input: whether it was accepted, or what must not be.
pub type Decode = fn(&World, &[u8], &[Vec<u8>]) -> Outcome;

/// The decoders by the name of their folder.
pub const TARGETS: &[(&str, Decode)] = &[
    ("ballot", ballot),
    ("archive", whole_archive),
    ("entry", entry),
    ("credentials", credentials),
    ("election", election),
    ("trustees", trustees),
    ("trustee-key", trustee_key),
    ("private-key", private_key),
    ("code", code),
    ("certificate", certificate),
    ("polynomial", polynomial),
    ("ceremony-input", ceremony_input),
    ("ceremony-output", ceremony_output),
    ("sealed-key", sealed_key),
    ("sum", sum),
    ("share", share),
];

/// Where the good structures stand.
pub fn corpus_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/fuzz")
}

/// What decoders need beside their input; the same each time.
pub struct World {
    scene: Scene,
    /// Takes ballots.
    open: BoxState,
    /// Takes shares.
    added_up: RefCell<BoxState>,
    certificates: Vec<Vec<u8>>,
    polynomials: Vec<Vec<u8>>,
    routed: Polynomials,
    outputs: Vec<Vec<u8>>,
    sealed_keys: Vec<String>,
    small: Vec<Item>,
}

impl World {
    pub fn new() -> Self {
        let scene = Scene::threshold();
        let (open, _) = scene.fixture.open();
        let mut replay = BoxReplay::trusted();
        let end = scene.event(EventType::EncryptedTally);
        scene.items[..=end].iter().for_each(|item| replay.apply(item.clone()).unwrap());
        let added_up = RefCell::new(replay.finish().unwrap().state);
        let mut dice = rng(81);
        let secrets = &scene.fixture.ceremony;
        let place = |number| CeremonyPlace { number, threshold: 2, size: 3 };
        let certificates: Vec<_> = (1..)
            .zip(secrets)
            .map(|(number, secret)| secret.certify(place(number), &mut dice).unwrap())
            .collect();
        let list = Certificates::parse(&certificates).unwrap();
        let polynomials: Vec<_> =
            secrets.iter().map(|secret| secret.polynomial(&list, &mut dice).unwrap()).collect();
        let routed = Polynomials::parse(list.clone(), &polynomials).unwrap();
        let outputs: Vec<_> = (1..)
            .zip(secrets)
            .map(|(number, secret)| {
                secret.conclude(&list, &routed.input(number).unwrap(), &mut dice).unwrap()
            })
            .collect();
        let sealed_keys = routed.conclude(&outputs).unwrap().sealed_keys;
        let small = small_box();
        Self {
            scene,
            open,
            added_up,
            certificates,
            polynomials,
            routed,
            outputs,
            sealed_keys,
            small,
        }
    }

    /// The good structures by decoder.
    pub fn corpus(&self) -> BTreeMap<&'static str, Vec<Vec<u8>>> {
        let scene = &self.scene;
        let item = |at: usize| scene.items[at].bytes.clone();
        let mut weighted = scene.text(3);
        weighted.insert_str(weighted.find("\",\"").unwrap(), ",7");
        let share = scene.event(EventType::PartialDecryption) - 2;
        let ballots = (0..3).map(|index| item(scene.ballot(index)));
        let events = scene.items.iter().filter(|item| item.name.ends_with(".event.json"));
        let secret = &scene.fixture.holders[0];
        let public = secret.certify(&mut rng(82));
        let single = Fixture::mixed(83);
        let codes = scene.fixture.codes.iter().map(|code| code.to_string().into_bytes());
        let ceremony = scene.fixture.ceremony.iter().map(|secret| secret.reveal().into());
        BTreeMap::from([
            ("ballot", ballots.collect()),
            ("archive", vec![archive(&self.small)]),
            ("entry", events.map(|item| item.bytes.clone()).collect()),
            ("credentials", vec![item(3), weighted.into_bytes()]),
            ("election", vec![item(1), single.election.bytes().to_owned()]),
            ("trustees", vec![item(2), single.trustees.bytes().to_owned()]),
            ("trustee-key", vec![public.to_json()]),
            ("private-key", vec![secret.to_json().as_bytes().to_owned()]),
            ("code", codes.chain(ceremony).collect()),
            ("certificate", self.certificates.clone()),
            ("polynomial", self.polynomials.clone()),
            ("ceremony-input", (1..=3).map(|n| self.routed.input(n).unwrap()).collect()),
            ("ceremony-output", self.outputs.clone()),
            ("sealed-key", self.sealed_keys.iter().map(|key| key.clone().into()).collect()),
            ("sum", vec![item(scene.event(EventType::EncryptedTally) - 2)]),
            ("share", vec![item(share)]),
        ])
    }
}

/// A tallied box of one question, as small as it can be, with a ballot that replaces another.
fn small_box() -> Vec<Item> {
    let mut fixture = Fixture::new(84, vec![Question::one_of("问", texts(1))], 2);
    let (mut state, mut items) = fixture.open();
    for code in [0, 1, 0] {
        let bytes = fixture.seal(code, &[Choice::one(0)]);
        let ballot = state.check_ballot(&bytes).unwrap();
        items.extend(state.append_ballot(ballot).unwrap());
    }
    items.extend(state.end_ballots().unwrap());
    items.extend(state.encrypted_tally().unwrap());
    for (index, holder) in fixture.holders.iter().enumerate() {
        let tally = state.tally().unwrap().clone();
        let part = holder.decrypt(&fixture.election, &tally, &mut fixture.rng).unwrap();
        items.extend(state.partial_decryption(index as u32 + 1, &part).unwrap());
    }
    items.extend(state.result().unwrap());
    items
}

/// Reads the good structures of one decoder, in the order of their names.
pub fn read_corpus(name: &str) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(corpus_folder().join(name)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// An input that must not have been accepted, or ended in a panic, or took far too long.
#[derive(Debug)]
pub struct Failure {
    pub target: &'static str,
    pub number: u64,
    pub input: Vec<u8>,
    pub reason: String,
}

/// What has been tried.
#[derive(Debug, Default)]
pub struct Tried {
    pub inputs: BTreeMap<&'static str, u64>,
    pub accepted: BTreeMap<&'static str, u64>,
    pub slowest: Duration,
}

/// The fuzzer: input `number` follows from the seed alone.
pub struct Fuzzer {
    world: World,
    corpus: BTreeMap<&'static str, Vec<Vec<u8>>>,
    seed: u64,
    pub tried: Tried,
}

impl Fuzzer {
    pub fn new(seed: u64) -> Self {
        let corpus = TARGETS.iter().map(|(name, _)| (*name, read_corpus(name))).collect();
        Self { world: World::new(), corpus, seed, tried: Tried::default() }
    }

    /// Tries one input.
    pub fn try_input(&mut self, number: u64) -> Result<(), Failure> {
        let mut dice = Dice(ChaCha20Rng::seed_from_u64(self.seed));
        dice.0.set_stream(number);
        let (target, decode) = TARGETS[dice.below(TARGETS.len())];
        self.try_with(number, target, decode, dice)
    }

    /// Tries one input on a decoder.
    pub fn try_with(
        &mut self,
        number: u64,
        target: &'static str,
        decode: Decode,
        mut dice: Dice,
    ) -> Result<(), Failure> {
        let good = &self.corpus[target];
        let input = self.input(target, good, &mut dice);
        let begun = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| decode(&self.world, &input, good)));
        let took = begun.elapsed();
        self.tried.slowest = self.tried.slowest.max(took);
        *self.tried.inputs.entry(target).or_default() += 1;
        let reason = match outcome {
            Ok(Ok(accepted)) => {
                *self.tried.accepted.entry(target).or_default() += u64::from(accepted);
                if took < MOST_TIME {
                    return Ok(());
                }
                format!("took {took:?}")
            }
            Ok(Err(reason)) => reason,
            Err(_) => "panicked".to_owned(),
        };
        Err(Failure { target, number, input, reason })
    }

    fn input(&self, target: &str, good: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
        let index = dice.below(good.len());
        let (own, other) = (&good[index], dice.pick(good));
        match target {
            "archive" => mutate::archive(own, other, dice),
            "entry" => self.relinked(other, dice),
            "ballot" if dice.one_in(2) => {
                let body = unsigned(std::str::from_utf8(own).unwrap());
                let changed = mutate::structure(body.as_bytes(), other, dice);
                match String::from_utf8(changed) {
                    // Signed anew, so that what lies behind the signature is reached.
                    Ok(text) if text.ends_with('}') => {
                        let fixture = &self.world.scene.fixture;
                        let code = &fixture.codes[[0, 1, 0][index]];
                        sign_with(&text, code, &fixture.uuid, 1 + dice.below(1_000) as u64)
                    }
                    Ok(text) => text.into_bytes(),
                    Err(error) => error.into_bytes(),
                }
            }
            _ => mutate::structure(own, other, dice),
        }
    }

    /// A small archive with one changed entry, and all hashes made right again.
    fn relinked(&self, other: &[u8], dice: &mut Dice) -> Vec<u8> {
        let mut items = self.world.small.clone();
        let at = 1 + dice.below(items.len() - 1);
        items[at].bytes = mutate::structure(&items[at].bytes, other, dice);
        relink(&mut items)
    }
}

/// Accepted only in the canonical spelling.
pub fn canonical(accepted: bool, input: &[u8]) -> Outcome {
    if accepted && !json::is_canonical(input) {
        return Err("accepted in another spelling than the canonical one".to_owned());
    }
    Ok(accepted)
}

fn same(accepted: Option<&[u8]>, input: &[u8]) -> Outcome {
    match accepted {
        None => Ok(false),
        Some(read) if read == input => Ok(true),
        Some(_) => Err("read as something else than it says".to_owned()),
    }
}

pub fn only(accepted: bool, is_good: bool) -> Outcome {
    if accepted && !is_good { Err("a forgery was accepted".to_owned()) } else { Ok(accepted) }
}

fn ballot(world: &World, input: &[u8], good: &[Vec<u8>]) -> Outcome {
    let checked = world.open.check_ballot(input);
    let Ok(checked) = checked else { return Ok(false) };
    canonical(true, input)?;
    same(Some(checked.bytes()), input)?;
    // The signature can be made anew by its owner; everything else is bound by proofs.
    let body = unsigned(std::str::from_utf8(input).unwrap());
    let bodies = good.iter().map(|good| unsigned(std::str::from_utf8(good).unwrap()));
    only(true, bodies.into_iter().any(|known| known == body))
}

fn verifies(bytes: &[u8]) -> bool {
    let mut reader = ArchiveReader::new(bytes);
    let mut replay = BoxReplay::verifying(1);
    loop {
        match reader.next_item() {
            Ok(Some(item)) => {
                if replay.apply(item).is_err() {
                    return false;
                }
            }
            Ok(None) => return replay.finish().is_ok(),
            Err(_) => return false,
        }
    }
}

fn whole_archive(_: &World, input: &[u8], good: &[Vec<u8>]) -> Outcome {
    let mut replay = BoxReplay::trusted();
    let mut reader = ArchiveReader::new(input);
    while let Ok(Some(item)) = reader.next_item() {
        if replay.apply(item).is_err() {
            break;
        }
    }
    drop(replay.finish());
    let is_part = |good: &Vec<u8>| good.starts_with(input);
    if let Ok(extension) = compare_archives(&*good[0], input) {
        let whole = extension.new.bytes as usize == input.len() && input.starts_with(&good[0]);
        only(true, whole)?;
    }
    only(verifies(input), good.iter().any(is_part))
}

fn entry(_: &World, input: &[u8], _: &[Vec<u8>]) -> Outcome {
    if !verifies(input) {
        return Ok(false);
    }
    // The list of codes and the texts of the election can be others; their spelling cannot.
    let mut reader = ArchiveReader::new(input);
    while let Ok(Some(item)) = reader.next_item() {
        canonical(true, &item.bytes)?;
    }
    Ok(true)
}

fn credentials(_: &World, input: &[u8], _: &[Vec<u8>]) -> Outcome {
    drop(CredentialList::parse_authority(input));
    match CredentialList::parse(input) {
        Err(_) => Ok(false),
        Ok(list) => {
            same(Some(list.bytes()), input)?;
            let entries: Vec<String> = serde_json::from_slice(input).unwrap();
            if entries.len() != list.len() {
                return Err(format!("{} of {} codes were read", list.len(), entries.len()));
            }
            canonical(true, input)
        }
    }
}

fn election(_: &World, input: &[u8], _: &[Vec<u8>]) -> Outcome {
    let Ok(election) = Election::parse(input) else { return Ok(false) };
    canonical(true, input)?;
    let again = Election::build(election.draft().clone()).map_err(|error| error.to_string())?;
    same(Some(again.bytes()), input)
}

fn trustees(_: &World, input: &[u8], _: &[Vec<u8>]) -> Outcome {
    let Ok(trustees) = Trustees::parse(input) else { return Ok(false) };
    // Keys that were accepted can be added up.
    let _ = (trustees.election_key(), trustees.owner_keys());
    same(Some(trustees.bytes()), input)?;
    canonical(true, input)
}

fn trustee_key(_: &World, input: &[u8], _: &[Vec<u8>]) -> Outcome {
    let key = TrusteePublicKey::parse(input).ok().map(|key| key.to_json());
    same(key.as_deref(), input.trim_ascii_end())
}

fn private_key(_: &World, input: &[u8], _: &[Vec<u8>]) -> Outcome {
    let Ok(secret) = KeyHolderSecret::parse_json(input) else { return Ok(false) };
    let text = std::str::from_utf8(input).map_err(|error| error.to_string())?;
    same(Some(secret.to_json().as_bytes()), text.trim_end_matches(['\r', '\n']).as_bytes())
}

fn code(_: &World, input: &[u8], _: &[Vec<u8>]) -> Outcome {
    let Ok(text) = std::str::from_utf8(input) else { return Ok(false) };
    drop((Element::parse(text), Hash::parse(text), Uuid::parse(text)));
    let _ = PublicCredential::parse(text);
    if let Ok(secret) = CeremonySecret::parse(text) {
        same(Some(secret.reveal().as_bytes()), text.trim_end_matches(['\r', '\n']).as_bytes())?;
    }
    let code = PrivateCredential::parse(text).ok().map(|code| code.to_string());
    same(code.as_ref().map(String::as_bytes), input)
}

/// The good messages with the one in place of that which it is most like.
fn among(good: &[Vec<u8>], input: &[u8]) -> Vec<Vec<u8>> {
    let like = |one: &[u8]| one.iter().zip(input).take_while(|(a, b)| a == b).count();
    let index = (0..good.len()).max_by_key(|index| like(&good[*index])).unwrap();
    let mut messages = good.to_vec();
    messages[index] = input.to_owned();
    messages
}

fn certificate(_: &World, input: &[u8], good: &[Vec<u8>]) -> Outcome {
    let accepted = Certificates::parse(&among(good, input)).is_ok();
    canonical(accepted, input.trim_ascii_end())?;
    only(accepted, good.iter().any(|known| known == input.trim_ascii_end()))
}

fn polynomial(world: &World, input: &[u8], good: &[Vec<u8>]) -> Outcome {
    let certificates = Certificates::parse(&world.certificates).unwrap();
    let routed = Polynomials::parse(certificates, &among(good, input));
    if let Ok(routed) = &routed {
        (0..5).for_each(|number| drop(routed.input(number)));
    }
    canonical(routed.is_ok(), input.trim_ascii_end())
}

fn ceremony_input(world: &World, input: &[u8], good: &[Vec<u8>]) -> Outcome {
    let certificates = Certificates::parse(&world.certificates).unwrap();
    let conclude =
        |secret: &CeremonySecret| secret.conclude(&certificates, input, &mut rng(1)).is_ok();
    let accepted = world.scene.fixture.ceremony.iter().any(conclude);
    canonical(accepted, input.trim_ascii_end())?;
    // Pieces are sealed and signed, and the rest is what all have seen.
    only(accepted, good.iter().any(|known| known == input.trim_ascii_end()))
}

fn ceremony_output(world: &World, input: &[u8], good: &[Vec<u8>]) -> Outcome {
    let accepted = (1..=3).any(|number| world.routed.check_output(number, input).is_ok());
    drop(world.routed.conclude(&among(good, input)));
    canonical(accepted, input.trim_ascii_end())
}

fn sealed_key(world: &World, input: &[u8], good: &[Vec<u8>]) -> Outcome {
    let Ok(text) = std::str::from_utf8(input) else { return Ok(false) };
    let accepted = world.scene.fixture.ceremony.iter().any(|secret| secret.open_key(text).is_ok());
    let text = text.trim_end_matches(['\r', '\n']).as_bytes();
    only(accepted, good.iter().any(|known| known == text))
}

fn sum(world: &World, input: &[u8], _: &[Vec<u8>]) -> Outcome {
    match EncryptedTally::parse(world.open.election(), input) {
        Err(_) => Ok(false),
        Ok(sum) => {
            same(Some(sum.bytes()), input)?;
            canonical(true, input)
        }
    }
}

fn share(world: &World, input: &[u8], good: &[Vec<u8>]) -> Outcome {
    if good.iter().any(|known| known == input) {
        return Ok(true);
    }
    let mut state = world.added_up.borrow_mut();
    only((0..6).any(|owner| state.partial_decryption(owner, input).is_ok()), false)
}
