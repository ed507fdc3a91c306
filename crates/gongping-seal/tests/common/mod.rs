//! A small box for tests, and the independent tool.

#![allow(unreachable_pub, reason = "shared by test binaries")]
#![allow(dead_code, reason = "each test binary uses another part")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests stop at the first surprise")]

use gongping_seal::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub const TIMESTAMP: u64 = 1_750_000_000;

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub fn texts(count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("等次 {n}")).collect()
}

pub struct Fixture {
    pub rng: ChaCha20Rng,
    /// By the numbers of the owners.
    pub holders: Vec<KeyHolderSecret>,
    /// Index of a key holder who takes no part in the opening.
    pub absent: Option<usize>,
    /// Secrets of the ceremony, where there is a threshold.
    pub ceremony: Vec<CeremonySecret>,
    pub codes: Vec<PrivateCredential>,
    pub uuid: Uuid,
    pub trustees: Trustees,
    pub election: Election,
    pub credentials: CredentialList,
}

impl Fixture {
    pub fn new(seed: u64, questions: Vec<Question>, codes: usize) -> Self {
        let mut rng = rng(seed);
        let holders: Vec<_> = (0..2).map(|_| KeyHolderSecret::generate(&mut rng)).collect();
        let keys: Vec<_> = holders.iter().map(|holder| holder.certify(&mut rng)).collect();
        let trustees = Trustees::single(keys).unwrap();
        let uuid = Uuid::generate(&mut rng);
        let codes: Vec<_> = (0..codes).map(|_| PrivateCredential::generate(&mut rng)).collect();
        let public = codes.iter().map(|code| code.derive(&uuid).public());
        let credentials = CredentialList::build(public).unwrap();
        let election = Election::build(ElectionDraft {
            uuid: uuid.clone(),
            name: "评议票箱 360100-RSJ / 服务对象 \"1\"\n".to_owned(),
            description: "rulebook sha256:00".to_owned(),
            questions,
            public_key: trustees.election_key(),
            administrator: None,
            credential_authority: Some("统计局".to_owned()),
        })
        .unwrap();
        let (absent, ceremony) = (None, Vec::new());
        Self { rng, holders, absent, ceremony, codes, uuid, trustees, election, credentials }
    }

    /// The same box with one key holder who must take part, and three of whom any two must; the
    /// second of these three does not.
    pub fn with_threshold(mut self) -> Self {
        let rng = &mut self.rng;
        let secrets: Vec<_> = (0..3).map(|_| CeremonySecret::generate(rng)).collect();
        let place = |number| CeremonyPlace { number, threshold: 2, size: 3 };
        let certificates: Vec<_> =
            (1..).zip(&secrets).map(|(n, secret)| secret.certify(place(n), rng).unwrap()).collect();
        let certificates = Certificates::parse(&certificates).unwrap();
        let polynomials: Vec<_> =
            secrets.iter().map(|secret| secret.polynomial(&certificates, rng).unwrap()).collect();
        let routed = Polynomials::parse(certificates.clone(), &polynomials).unwrap();
        let outputs: Vec<_> = (1..)
            .zip(&secrets)
            .map(|(number, secret)| {
                secret.conclude(&certificates, &routed.input(number).unwrap(), rng).unwrap()
            })
            .collect();
        let conclusion = routed.conclude(&outputs).unwrap();
        let single = self.holders.remove(0);
        self.trustees =
            Trustees::with_threshold([single.certify(rng)], &conclusion.parameters).unwrap();
        let keys = secrets.iter().zip(&conclusion.sealed_keys);
        self.holders = keys.map(|(secret, sealed)| secret.open_key(sealed).unwrap()).collect();
        self.holders.insert(0, single);
        let public_key = self.trustees.election_key();
        let draft = ElectionDraft { public_key, ..self.election.draft().clone() };
        self.election = Election::build(draft).unwrap();
        (self.absent, self.ceremony) = (Some(2), secrets);
        self
    }

    /// One graded question, one with blank, one with several answers.
    pub fn mixed(seed: u64) -> Self {
        let graded = Question::one_of("服务态度", texts(2));
        let blank =
            Question { text: "廉洁".into(), answers: texts(2), blank: true, min: 1, max: 2 };
        let many =
            Question { text: "办事".into(), answers: texts(3), blank: false, min: 1, max: 3 };
        Self::new(seed, vec![graded, blank, many], 4)
    }

    pub fn open(&self) -> (BoxState, Vec<Item>) {
        BoxState::setup(
            TIMESTAMP,
            self.election.clone(),
            self.trustees.clone(),
            self.credentials.clone(),
        )
        .unwrap()
    }

    pub fn seal(&mut self, code: usize, choices: &[Choice]) -> Vec<u8> {
        seal_ballot(&self.election, &self.codes[code], choices, &mut self.rng).unwrap().into_bytes()
    }

    /// Three ballots of which the last replaces the first; tallied.
    pub fn tallied(&mut self) -> (BoxState, Vec<Item>) {
        let (mut state, mut items) = self.open();
        for (code, choices) in mixed_ballots() {
            let bytes = self.seal(code, &choices);
            let ballot = state.check_ballot(&bytes).unwrap();
            items.extend(state.append_ballot(ballot).unwrap());
        }
        items.extend(state.end_ballots().unwrap());
        items.extend(state.encrypted_tally().unwrap());
        for (index, holder) in self.holders.iter().enumerate() {
            if self.absent == Some(index) {
                continue;
            }
            let tally = state.tally().unwrap().clone();
            let part = holder.decrypt(&self.election, &tally, &mut self.rng).unwrap();
            items.extend(state.partial_decryption(index as u32 + 1, &part).unwrap());
        }
        items.extend(state.result().unwrap());
        (state, items)
    }
}

pub fn mixed_ballots() -> Vec<(usize, [Choice; 3])> {
    vec![
        (0, [Choice::one(0), Choice::Blank, Choice::one(2)]),
        (1, [Choice::none(), Choice::Answers(vec![0, 1]), Choice::Answers(vec![0, 1, 2])]),
        (0, [Choice::one(1), Choice::one(1), Choice::Answers(vec![2, 0])]),
    ]
}

/// Counts of [`mixed_ballots`]; in the second question the first number is "blank".
pub fn mixed_counts() -> Vec<Vec<u64>> {
    vec![vec![0, 1], vec![0, 1, 2], vec![2, 1, 2]]
}

pub fn archive(items: &[Item]) -> Vec<u8> {
    let mut writer = ArchiveWriter::append(Vec::new(), TIMESTAMP);
    items.iter().for_each(|item| writer.write(item).unwrap());
    writer.finish().unwrap()
}

/// Verifies in both ways, with all in memory and with what is needed again read again, and sees
/// that they say the same.
pub fn verify(bytes: &[u8]) -> Result<BoxReport, VerifyError> {
    let whole = verify_archive(bytes, |_| {}, 2);
    let shared: std::sync::Arc<[u8]> = bytes.into();
    let located = verify_archive_file(move || Ok(std::io::Cursor::new(shared.clone())), |_| {}, 2);
    match (&whole, &located) {
        (Ok(whole), Ok(located)) => {
            assert_eq!(format!("{whole:?}"), format!("{located:?}"));
            assert_eq!(whole.performed, whole.present);
        }
        (Err(whole), Err(located)) => assert_eq!(whole.to_string(), located.to_string()),
        _ => panic!("{whole:?} {located:?}"),
    }
    whole
}

pub fn finding(bytes: &[u8]) -> BoxFinding {
    match verify(bytes) {
        Err(VerifyError::Finding(finding)) => *finding,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("a forgery was accepted"),
    }
}

/// The independent tool, or `None` with the reason on stderr. Under CI, it must be there.
pub fn tool() -> Option<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/belenios-tool");
    let named = std::env::var_os("BELENIOS_TOOL").map(PathBuf::from);
    let tool = named.unwrap_or(script);
    let works = Command::new(&tool).arg("--version").stdin(Stdio::null()).output();
    match works {
        Ok(output) if output.status.success() => Some(tool),
        other => {
            let reason = format!("{} does not run: {other:?}", tool.display());
            assert!(
                std::env::var_os("CI").is_none(),
                "the independent verifier is missing: {reason}"
            );
            eprintln!("skipped, no independent verifier: {reason}");
            None
        }
    }
}

pub struct Tool {
    pub program: PathBuf,
    pub folder: tempfile::TempDir,
}

impl Tool {
    pub fn find() -> Option<Self> {
        tool().map(|program| Self { program, folder: tempfile::tempdir().unwrap() })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// The one file in the folder with this extension.
    pub fn only(&self, extension: &str) -> String {
        let names = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.find(|name| name.ends_with(extension)).unwrap()
    }

    /// Runs the tool with the words of `arguments` and some input; output and whether it succeeded.
    pub fn try_run(&self, arguments: &str, input: &[u8]) -> (bool, Vec<u8>, String) {
        use std::io::Write;
        let mut child = Command::new(&self.program)
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .env("BELENIOS_USE_URANDOM", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A tool that reads no input may close it first.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), output.stdout, stderr)
    }

    pub fn run(&self, arguments: &str, input: &[u8]) -> Vec<u8> {
        let (success, stdout, stderr) = self.try_run(arguments, input);
        assert!(success, "{arguments}: {stderr}");
        stdout
    }

    /// A ceremony of three key holders of whom any two can open; their ids by place. The
    /// parameters are in `threshold.json`, where `setup make-trustees` finds them.
    pub fn ceremony(&self) -> Vec<String> {
        let step = "setup generate-trustee-key-threshold --group Ed25519";
        let ids: Vec<String> = (1..=3)
            .map(|index| {
                let id = self.run(&format!("{step} --step 1 --threshold-context {index}/2/3"), b"");
                String::from_utf8(id).unwrap().trim().to_owned()
            })
            .collect();
        let together =
            |read: &dyn Fn(&String) -> Vec<u8>| ids.iter().flat_map(read).collect::<Vec<u8>>();
        self.write("certs.jsons", together(&|id| self.read(&format!("{id}.cert"))));
        self.run(&format!("{step} --step 2 --certs certs.jsons"), b"");
        let polynomial = |id: &String| {
            self.run(&format!("{step} --certs certs.jsons --key {id}.key --step 3"), b"")
        };
        self.write("polynomials.jsons", together(&polynomial));
        let files = "--certs certs.jsons --polynomials polynomials.jsons";
        self.run(&format!("{step} {files} --step 4"), b"");
        let output = |id: &String| {
            let input = self.read(&format!("{id}.vinput"));
            self.run(&format!("{step} --certs certs.jsons --key {id}.key --step 5"), &input)
        };
        let outputs = together(&output);
        self.write("threshold.json", self.run(&format!("{step} {files} --step 6"), &outputs));
        ids
    }
}
