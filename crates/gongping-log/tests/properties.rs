//! What holds for every tree, proof, tile, note and commitment, and what every change breaks.
#![allow(clippy::unwrap_used, reason = "helpers of tests: a panic is the failing test")]

use gongping_log::{
    Checkpoint, CheckpointError, ConsistencyProof, EntryTooLong, Hash, InclusionProof, KeyName,
    NoteError, Opening, OutOfTree, SignedNote, SignerKey, Tile, TileError, Tree, leaf_hash,
    node_hash, tile,
};
use proptest::prelude::*;

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

fn tree(size: u64) -> Tree {
    Tree::from_entries((0..size).map(entry)).unwrap()
}

/// `MTH` written as the recursion of RFC 6962 §2.1, to compare with.
fn textbook_root(entries: &[Vec<u8>]) -> Hash {
    match entries {
        [] => Hash::of(b""),
        [one] => leaf_hash(one),
        _ => {
            let (left, right) = entries.split_at(entries.len().next_power_of_two() / 2);
            node_hash(&textbook_root(left), &textbook_root(right))
        }
    }
}

/// Every path that differs from `path` by one flipped bit, one hash less, one more, or a swap.
fn broken_paths(path: &[Hash], extra: Hash) -> Vec<Vec<Hash>> {
    let mut broken = Vec::new();
    for at in 0..path.len() {
        let mut flipped = path.to_vec();
        let mut bytes = *flipped[at].as_bytes();
        bytes[at % 32] ^= 1 << (at % 8);
        flipped[at] = Hash::from_bytes(bytes);
        broken.push(flipped);
        let mut shorter = path.to_vec();
        shorter.remove(at);
        broken.push(shorter);
        if at > 0 {
            let mut swapped = path.to_vec();
            swapped.swap(at - 1, at);
            broken.push(swapped);
        }
    }
    for at in 0..=path.len() {
        let mut longer = path.to_vec();
        longer.insert(at, extra);
        broken.push(longer);
    }
    broken
}

proptest! {
    #[test]
    fn every_root_is_that_of_the_textbook(size in 0u64..300) {
        let entries: Vec<_> = (0..size).map(entry).collect();
        let big = tree(300);
        prop_assert_eq!(big.root_at(size).unwrap(), textbook_root(&entries));
        prop_assert_eq!(tree(size).root(), textbook_root(&entries));
    }

    #[test]
    fn a_truncated_tree_is_the_earlier_tree(size in 0u64..300, kept in 0u64..300) {
        let mut truncated = tree(size);
        truncated.truncate(kept);
        prop_assert_eq!(&truncated, &tree(size.min(kept)));
        truncated.append(b"again").unwrap();
        prop_assert_eq!(truncated.size(), size.min(kept) + 1);
    }

    #[test]
    fn inclusion_holds_and_every_change_breaks_it(size in 1u64..200, pick in any::<u64>()) {
        let (tree, index) = (tree(size), pick % size);
        let root = tree.root();
        let proof = tree.inclusion_proof(index, size).unwrap();
        proof.verify(&entry(index), &root).unwrap();
        prop_assert!(proof.verify(&entry(index + 1), &root).is_err());
        prop_assert!(proof.verify(&entry(index), &Hash::of(b"other")).is_err());
        for path in broken_paths(&proof.path, root) {
            let broken = InclusionProof { path, ..proof.clone() };
            prop_assert!(broken.verify(&entry(index), &root).is_err());
        }
        for other in (0..size + 2).filter(|other| *other != index) {
            let broken = InclusionProof { index: other, ..proof.clone() };
            prop_assert!(broken.verify(&entry(index), &root).is_err());
        }
    }

    #[test]
    fn consistency_holds_and_every_change_breaks_it(new in 1u64..200, pick in any::<u64>()) {
        let (tree, old) = (tree(new), pick % (new + 1));
        let (old_root, new_root) = (tree.root_at(old).unwrap(), tree.root());
        let proof = tree.consistency_proof(old, new).unwrap();
        proof.verify(&old_root, &new_root).unwrap();
        prop_assert!(proof.verify(&Hash::of(b"other"), &new_root).is_err());
        if old > 0 {
            prop_assert!(proof.verify(&old_root, &Hash::of(b"other")).is_err());
        }
        for path in broken_paths(&proof.path, new_root) {
            let broken = ConsistencyProof { path, ..proof.clone() };
            prop_assert!(broken.verify(&old_root, &new_root).is_err());
        }
        let reversed = ConsistencyProof { old_size: new + 1, ..proof };
        prop_assert!(reversed.verify(&old_root, &new_root).is_err());
    }

    #[test]
    fn a_rewritten_log_is_never_consistent(new in 2u64..120, pick in any::<u64>()) {
        let changed = pick % (new - 1);
        let rewritten = Tree::from_entries(
            (0..new).map(|index| if index == changed { b"rewritten".to_vec() } else { entry(index) }),
        ).unwrap();
        let old = tree(new - 1);
        let proof = rewritten.consistency_proof(new - 1, new).unwrap();
        prop_assert!(proof.verify(&old.root(), &rewritten.root()).is_err());
    }

    #[test]
    fn tile_paths_have_one_spelling(level in 0u8..=63, index in any::<u64>(), width in 1u16..=256) {
        let tile = Tile::new(level, index, width).unwrap();
        prop_assert_eq!(tile.to_string().parse::<Tile>().unwrap(), tile);
        let bundle = tile::EntryBundle::new(index, width).unwrap();
        prop_assert_eq!(bundle.to_string().parse::<tile::EntryBundle>().unwrap(), bundle);
    }

    #[test]
    fn tiles_written_step_by_step_are_those_of_the_whole(sizes in prop::collection::vec(0u64..900, 1..5)) {
        let (mut sizes, mut written) = (sizes, std::collections::BTreeSet::new());
        sizes.sort_unstable();
        let last = *sizes.last().unwrap();
        let mut old = 0;
        for size in sizes {
            written.extend(Tile::new_between(old, size));
            old = size;
        }
        prop_assert!(Tile::all(last).iter().all(|tile| written.contains(tile)));
        prop_assert!(Tile::new_between(last, last).is_empty());
    }

    #[test]
    fn bundles_give_their_entries_back(
        entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..257),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes = tile::bundle(&entries).unwrap();
        prop_assert_eq!(tile::split_bundle(&bytes).unwrap(), entries.clone());
        if !bytes.is_empty() {
            let shorter = tile::split_bundle(&bytes[..cut.index(bytes.len())]);
            prop_assert!(shorter.is_err() || shorter.unwrap().len() < entries.len());
        }
    }

    #[test]
    fn a_note_with_any_changed_byte_is_refused(at in any::<prop::sample::Index>(), bit in 0u8..7) {
        let (note, key) = checkpoint_note();
        let mut bytes = note.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(changed) = String::from_utf8(bytes) {
            prop_assert!(Checkpoint::open(&changed, "gongping.example/log", &[key.verifier()]).is_err());
        }
    }

    #[test]
    fn a_commitment_opens_with_its_salt_and_bytes_only(
        salt in any::<[u8; 32]>(), content in prop::collection::vec(any::<u8>(), 0..80),
        at in any::<prop::sample::Index>(),
    ) {
        let opening = Opening::new(salt, content.clone());
        let commitment = opening.commitment();
        opening.verify(&commitment).unwrap();
        prop_assert_eq!(commitment.to_string().parse(), Ok(commitment));
        let mut other_salt = salt;
        other_salt[at.index(32)] ^= 1;
        prop_assert!(Opening::new(other_salt, content.clone()).verify(&commitment).is_err());
        let mut longer = content;
        longer.push(0);
        prop_assert!(Opening::new(salt, longer).verify(&commitment).is_err());
    }
}

fn checkpoint_note() -> (String, SignerKey) {
    let name = KeyName::parse("gongping.example/log").unwrap();
    let key = SignerKey::from_seed(name, &[3; 32]);
    let head = Checkpoint::new("gongping.example/log", 9, tree(9).root()).unwrap();
    (head.sign(&[&key]).to_string(), key)
}

#[test]
fn tile_bytes_are_the_hashes_of_full_tiles_below() {
    let tree = tree(600);
    let level_1 = tree.tile_bytes(&Tile::new(1, 0, 2).unwrap()).unwrap();
    assert_eq!(&level_1[..32], Tree::from_entries((0..256).map(entry)).unwrap().root().as_bytes());
    assert_eq!(
        &level_1[32..],
        Tree::from_entries((256..512).map(entry)).unwrap().root().as_bytes()
    );
    let partial = tree.tile_bytes(&Tile::new(0, 2, 88).unwrap()).unwrap();
    assert_eq!(&partial[..32], leaf_hash(&entry(512)).as_bytes());
    assert_eq!(partial.len(), 88 * 32);
    for tile in Tile::all(600) {
        assert_eq!(tree.tile_bytes(&tile).unwrap().len(), usize::from(tile.width()) * 32);
    }
    assert!(tree.tile_bytes(&Tile::new(0, 2, 89).unwrap()).is_err());
    assert!(tree.tile_bytes(&Tile::new(5, u64::MAX, 1).unwrap()).is_err());
}

#[test]
fn other_spellings_of_tile_paths_are_refused() {
    for path in [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/+5",
        "tile/0/001.p/05",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "/tile/0/000",
        "tile/entries/000",
    ] {
        assert_eq!(path.parse::<Tile>(), Err(TileError::Path { path: path.to_owned() }), "{path}");
    }
    assert!("tile/0/x018/x446/x744/x073/x709/x551/615".parse::<Tile>().is_ok());
    assert!(Tile::new(0, 0, 257).is_err());
}

#[test]
fn an_entry_too_long_for_a_bundle_never_enters_the_tree() {
    let mut tree = Tree::new();
    tree.append(&vec![0; 65_535]).unwrap();
    let refused = EntryTooLong { found_bytes: 65_536 };
    assert_eq!(tree.append(&vec![0; 65_536]), Err(refused));
    assert_eq!(tile::bundle([vec![0; 65_536]]), Err(refused));
    assert_eq!(tree.size(), 1);
}

#[test]
fn a_tree_refuses_proofs_beyond_its_end() {
    let tree = tree(5);
    assert_eq!(tree.inclusion_proof(5, 5), Err(OutOfTree { asked: 5, limit: 5 }));
    assert_eq!(tree.inclusion_proof(0, 6), Err(OutOfTree { asked: 6, limit: 5 }));
    assert_eq!(tree.consistency_proof(4, 3), Err(OutOfTree { asked: 4, limit: 3 }));
    assert_eq!(tree.root_at(6), Err(OutOfTree { asked: 6, limit: 5 }));
}

#[test]
fn unknown_signatures_are_ignored_but_do_not_suffice() {
    let (note, key) = checkpoint_note();
    let witness = SignerKey::from_seed(KeyName::parse("见证方").unwrap(), &[4; 32]);
    let mut note = SignedNote::parse(&note).unwrap();
    let text = note.unverified_text().to_owned();
    note.add(SignedNote::sign(&text, &[&witness]).unwrap().signatures()[0].clone());

    let opened = note.verify(&[key.verifier()]).unwrap();
    assert_eq!((opened.signers.len(), opened.unknown_count), (1, 1));
    let both = note.verify(&[key.verifier(), witness.verifier()]).unwrap();
    assert_eq!((both.signers.len(), both.unknown_count), (2, 0));
    assert_eq!(note.verify(&[]), Err(NoteError::NoKnownSignature));
    assert_eq!(SignedNote::parse(&note.to_string()), Ok(note));
}

#[test]
fn one_wrong_signature_of_a_known_key_spoils_the_note() {
    let (note, key) = checkpoint_note();
    let witness = SignerKey::from_seed(KeyName::parse("witness").unwrap(), &[4; 32]);
    let mut note = SignedNote::parse(&note).unwrap();
    note.add(SignedNote::sign("other text\n", &[&witness]).unwrap().signatures()[0].clone());
    assert!(note.verify(&[key.verifier()]).is_ok());
    let refused = note.verify(&[key.verifier(), witness.verifier()]);
    assert_eq!(refused, Err(NoteError::BadSignature { name: "witness".to_owned() }));
}

#[test]
fn malformed_notes_are_refused() {
    let (note, _) = checkpoint_note();
    for broken in [
        "",
        "\n",
        "text\n",
        "text\n\n",
        "text\n\nno dash\n",
        note.trim_end_matches('\n'),
        &note.replace('\n', "\r\n"),
        &note.replace('—', "-"),
        &format!("{note}\n"),
        &format!("{note}— name AAAAAA==\n"),
        &format!("{note}— na+me AAAAAAA=\n"),
    ] {
        assert!(SignedNote::parse(broken).is_err(), "{broken:?}");
    }
    assert!(SignedNote::parse(&format!("{note}— name AAAAAAA=\n")).is_ok());
    let crowd = "— name AAAAAAA=\n".repeat(101);
    assert_eq!(SignedNote::parse(&format!("text\n\n{crowd}")), Err(NoteError::TooManySignatures));
    assert_eq!(SignedNote::sign("no newline", &[]), Err(NoteError::Text));
}

#[test]
fn a_checkpoint_of_another_log_or_spelling_is_refused() {
    let (note, key) = checkpoint_note();
    let other = Checkpoint::open(&note, "other.example/log", &[key.verifier()]);
    assert!(matches!(other, Err(CheckpointError::OtherLog { .. })));
    let root = Hash::empty_root().to_base64();
    for text in [
        format!("log\n00\n{root}\n"),
        format!("log\n+1\n{root}\n"),
        format!("log\n1\n{root}"),
        format!("\n1\n{root}\n"),
        format!("log\n1\n{root}\nextension\n"),
        "log\n1\nAAAA\n".to_owned(),
        format!("log\n18446744073709551616\n{root}\n"),
    ] {
        assert!(Checkpoint::parse_text(&text).is_err(), "{text:?}");
    }
    assert!(Checkpoint::new("two\nlines", 0, Hash::empty_root()).is_err());
}

#[test]
fn hashes_and_proofs_have_one_json_form() {
    let proof = tree(3).inclusion_proof(2, 3).unwrap();
    let json = serde_json::to_string(&proof).unwrap();
    assert_eq!(serde_json::from_str::<InclusionProof>(&json).unwrap(), proof);
    assert!(serde_json::from_str::<Hash>(&format!("\"{}\"", "AB".repeat(32))).is_err());
    assert!(serde_json::from_str::<Hash>("\"ab\"").is_err());
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let (_, key) = checkpoint_note();
    let secret = key.to_secret();
    assert!(!format!("{key:?}").contains(secret.rsplit('+').next().unwrap()));
    let opening = Opening::new([1; 32], b"138 0000 0000".to_vec());
    assert_eq!(format!("{opening:?}"), "Opening(13 bytes)");
}
