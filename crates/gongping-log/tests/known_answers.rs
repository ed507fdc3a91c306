//! Answers that other implementations published: the Certificate Transparency reference tree
//! (RFC 6962 test data), the notes of Go's sumdb, the examples of C2SP.
#![allow(clippy::unwrap_used, reason = "helpers of tests: a panic is the failing test")]

use gongping_log::{
    Checkpoint, ConsistencyProof, Hash, InclusionProof, NoteError, Opening, SignedNote, SignerKey,
    Tile, Tree, VerifierKey, leaf_hash, tile,
};

const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn entries() -> Vec<Vec<u8>> {
    LEAVES.iter().map(|leaf| hex::decode(leaf).unwrap()).collect()
}

fn hashes(texts: &[&str]) -> Vec<Hash> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn roots_are_those_of_the_reference_tree() {
    let mut tree = Tree::new();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(tree.root().to_string(), empty);
    for (entry, root) in entries().iter().zip(ROOTS) {
        tree.append(entry).unwrap();
        assert_eq!(tree.root().to_string(), root);
    }
}

#[test]
fn inclusion_proofs_are_those_of_the_reference_tree() {
    let tree = Tree::from_entries(entries()).unwrap();
    let cases: [(u64, u64, &[&str]); 5] = [
        (0, 1, &[]),
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                ROOTS[3],
            ],
        ),
        (2, 3, &[ROOTS[1]]),
        (
            1,
            5,
            &[
                ROOTS[0],
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];
    for (index, size, path) in cases {
        let expected = InclusionProof { index, size, path: hashes(path) };
        assert_eq!(tree.inclusion_proof(index, size).unwrap(), expected);
        let root = ROOTS[size as usize - 1].parse().unwrap();
        expected.verify(&entries()[index as usize], &root).unwrap();
    }
}

#[test]
fn consistency_proofs_are_those_of_the_reference_tree() {
    let tree = Tree::from_entries(entries()).unwrap();
    let cases: [(u64, u64, &[&str]); 4] = [
        (1, 1, &[]),
        (
            1,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            &[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                ROOTS[3],
            ],
        ),
        (
            2,
            5,
            &[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];
    for (old_size, new_size, path) in cases {
        let expected = ConsistencyProof { old_size, new_size, path: hashes(path) };
        assert_eq!(tree.consistency_proof(old_size, new_size).unwrap(), expected);
        let root = |size: u64| ROOTS[size as usize - 1].parse().unwrap();
        expected.verify(&root(old_size), &root(new_size)).unwrap();
    }
}

const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_SECRET: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PETER_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n";
const PETER_LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFY\
    C2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn signing_gives_the_bytes_of_the_go_implementation() {
    let signer = SignerKey::parse_secret(PETER_SECRET).unwrap();
    assert_eq!(signer.to_secret(), PETER_SECRET);
    assert_eq!(signer.verifier().to_string(), PETER);
    let note = SignedNote::sign(PETER_TEXT, &[&signer]).unwrap().to_string();
    assert_eq!(note, format!("{PETER_TEXT}\n{PETER_LINE}"));
}

#[test]
fn the_note_of_the_go_implementation_opens() {
    let note = format!("{PETER_TEXT}\n{PETER_LINE}");
    let opened = SignedNote::parse(&note).unwrap().verify(&[PETER.parse().unwrap()]).unwrap();
    assert_eq!(opened.text, PETER_TEXT);
    assert_eq!(opened.signers[0].as_str(), "PeterNeumann");
}

#[test]
fn keys_that_the_go_implementation_refuses_are_refused() {
    let wrong_length = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==";
    assert_eq!(wrong_length.parse::<VerifierKey>(), Err(NoteError::KeyForm));
    let other_type = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(other_type.parse::<VerifierKey>(), Err(NoteError::KeyType { found: 0x65 }));
    for start in 0..PETER.len() {
        for end in start..=PETER.len() {
            let whole = start == 0 && end == PETER.len();
            assert_eq!(PETER[start..end].parse::<VerifierKey>().is_ok(), whole);
        }
    }
}

#[test]
fn the_key_of_the_go_checksum_database_is_read() {
    let sum = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    assert_eq!(sum.parse::<VerifierKey>().unwrap().to_string(), sum);
}

#[test]
fn the_example_checkpoint_of_the_specification_is_read_and_written() {
    let text = "example.com/behind-the-sofa\n20852163\n\
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let checkpoint = Checkpoint::parse_text(text).unwrap();
    assert_eq!(checkpoint.size(), 20_852_163);
    assert_eq!(checkpoint.to_text(), text);
    let line = "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URY\
        N7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
    let note = format!("{text}\n{line}");
    assert_eq!(SignedNote::parse(&note).unwrap().to_string(), note);
}

#[test]
fn tiles_of_70000_entries_are_those_of_the_specification() {
    let tiles = Tile::all(70_000);
    let of = |level, full: bool| {
        tiles.iter().filter(|tile| tile.level() == level && (tile.width() == 256) == full).count()
    };
    assert_eq!((of(0, true), of(0, false)), (273, 1));
    assert_eq!((of(1, true), of(1, false)), (1, 1));
    assert_eq!((of(2, true), of(2, false)), (0, 1));
    let partial: Vec<_> = tiles.iter().filter(|tile| tile.width() < 256).collect();
    assert_eq!(partial.iter().map(|tile| tile.width()).collect::<Vec<_>>(), [112, 17, 1]);
    assert_eq!(partial[0].to_string(), "tile/0/273.p/112");
    let of_256: Vec<_> = Tile::all(256).iter().map(Tile::to_string).collect();
    assert_eq!(of_256, ["tile/0/000", "tile/1/000.p/1"]);
}

#[test]
fn tile_paths_are_those_of_the_specification() {
    let path = "tile/0/x001/x234/067";
    assert_eq!(Tile::new(0, 1_234_067, 256).unwrap().to_string(), path);
    assert_eq!(path.parse::<Tile>().unwrap().index(), 1_234_067);
    let bundle = tile::EntryBundle::new(5, 3).unwrap();
    assert_eq!(bundle.to_string(), "tile/entries/005.p/3");
}

#[test]
fn the_commitment_is_the_documented_hash() {
    let opening = Opening::new([0xab; 32], "张三".as_bytes().to_vec());
    let input =
        [&b"gongping-commitment-v1"[..], &[0, 0, 0, 0, 0, 0, 0, 6], &[0xab; 32], "张三".as_bytes()];
    assert_eq!(opening.commitment().to_string(), Hash::of(&input.concat()).to_string());
    assert_ne!(opening.commitment().to_string(), leaf_hash("张三".as_bytes()).to_string());
}
