use crate::common::{Ran, repository, run_with};
use gongping_app::key;
use gongping_app::key_holder::{AnswerContent, KeyAnswer, KeyTask, KeyWork};
use gongping_app::province::Until;
use gongping_appraisal::{KeyRound, KeySeat, Medium};
use gongping_testkit::TestApp;
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use std::ffi::OsStr;
use std::path::Path;

const PASSPHRASE: &str = "correct horse battery\n";

fn check(file: &Path, input: &str) -> Ran {
    key(&["check", "--file", &file.to_string_lossy()], input)
}

fn key(words: &[&str], input: &str) -> Ran {
    run_with(["key"].iter().chain(words).map(OsStr::new), input)
}

#[test]
fn key_file_of_the_browser_is_recognised() {
    let file = repository("testdata/key-file/browser.age");
    check(&file, PASSPHRASE).ended(0).printed(&["2026-360000-LSB conduct"]);
    let wrong = check(&file, "correct horse batterie\n").ended(1);
    assert!(wrong.err.contains("passphrase"), "{}", wrong.err);
    check(&file, "").ended(1);
    check(&repository("README.md"), PASSPHRASE).ended(1);
    check(&repository("no-such-file"), PASSPHRASE).ended(3);
}

/// The ceremony with one holder who has no network: work orders go over on a stick, and answers
/// come back.
#[tokio::test(flavor = "multi_thread")]
async fn key_holder_without_a_network_takes_part_in_all_of_it() {
    let test = TestApp::new().await;
    let now = "2026-09-20T00:00:00Z".parse().unwrap();
    let campaign = test.simulate(test.small_plan(Until::Agreed), now).await;
    let (app, id, seat) = (&test.app, &campaign.id, KeySeat::Conduct);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let file = path("key.age");
    let appraisal = id.as_str();
    key(&["new", "--appraisal", appraisal, "--seat", "mayor", &file], PASSPHRASE).ended(2);
    key(&["new", "--appraisal", appraisal, "--seat", "conduct", &file], "short\n").ended(1);
    let made = key(&["new", "--appraisal", appraisal, "--seat", "conduct", &file], PASSPHRASE);
    assert!(made.ended(0).out.is_empty(), "nothing secret is printed unasked");
    key(&["new", "--appraisal", appraisal, "--seat", "conduct", &file], PASSPHRASE).ended(3);
    let letters = key(&["sheet", "--file", &file], PASSPHRASE).ended(0).out;
    assert_eq!(letters.trim().len(), 28 + 3, "{letters}");
    let other = path("other.age");
    key(&["new", "--appraisal", appraisal, "--seat", "conduct", &other], PASSPHRASE).ended(0);

    let work = async |seat| key::work(app, &test.holder(seat), id, seat).await.unwrap();
    let order = async |name: &str| {
        let order: KeyWork = work(seat).await;
        std::fs::write(path(name), serde_json::to_vec(&order).unwrap()).unwrap();
    };
    let hand_in = async |name: &str| {
        let answer: KeyAnswer =
            serde_json::from_slice(&std::fs::read(path(name)).unwrap()).unwrap();
        key::answer(app, &test.holder(seat), id, seat, answer.clone()).await.unwrap();
        answer.content
    };
    let others = async |medium| {
        for seat in [KeySeat::Office, KeySeat::Statistics] {
            let order = work(seat).await;
            if matches!(order.task, KeyTask::Wait { .. }) {
                continue;
            }
            let secret = test.key_secret(&campaign, seat);
            let mut dice = ChaCha20Rng::seed_from_u64(app.world().size());
            let answer = order.answer(&secret, medium, &mut dice).unwrap();
            key::answer(app, &test.holder(seat), id, seat, answer).await.unwrap();
        }
    };
    for (number, round) in KeyRound::ALL.into_iter().enumerate() {
        let (work, out) = (format!("work-{number}.json"), format!("answer-{number}.json"));
        order(&work).await;
        let turn =
            |file: &str| key(&["answer", &path(&work), &path(&out), "--file", file], PASSPHRASE);
        if round != KeyRound::Certificate {
            let wrong = turn(&other).ended(1);
            assert!(wrong.err.contains("does not hold this key"), "{}", wrong.err);
        }
        turn(&file).ended(0);
        turn(&file).ended(3);
        assert!(matches!(hand_in(&out).await, AnswerContent::Message { .. }));
        // They are ahead by one step: at the end of it they show their files.
        others(Medium::File).await;
    }
    for (name, source) in [("file", ["--file", &file]), ("sheet", ["--sheet", ""])] {
        let (work, out) = (format!("work-{name}.json"), format!("answer-{name}.json"));
        order(&work).await;
        let source: Vec<&str> = source.into_iter().filter(|word| !word.is_empty()).collect();
        let (work, answer) = (path(&work), path(&out));
        let words = [vec!["answer", &work, &answer], source.clone()].concat();
        let input = if name == "file" { PASSPHRASE.to_owned() } else { letters.to_lowercase() };
        key(&words, &input).ended(0);
        let medium = if name == "file" { Medium::File } else { Medium::Sheet };
        let content = hand_in(&out).await;
        assert!(matches!(content, AnswerContent::PracticeShare { medium: m, .. } if m == medium));
        let words = [vec!["check", &work], source].concat();
        key(&words, &input).ended(0);
    }
    others(Medium::Sheet).await;
    let work = path("work-file.json");
    key(&["check", &work, "--file", &other], PASSPHRASE).ended(1);
    key(&["check", &work, "--sheet"], "AAAAAAA\n").ended(1);
    let world = app.world();
    let survey = &world.appraisal(id).unwrap().running().unwrap().survey;
    assert!(survey.ceremony().unwrap().is_rehearsed());
    test.assert_sound().await;
}

#[test]
fn key_file_is_copied_under_another_passphrase_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.age");
    let change = |input: &str| {
        let file = repository("testdata/key-file/crate.age");
        let words = ["key", "passphrase"].map(OsStr::new);
        run_with(words.into_iter().chain([file.as_os_str(), copy.as_os_str()]), input)
    };
    change(&format!("{PASSPHRASE}short\n")).ended(1);
    assert!(!copy.exists());
    change(&format!("{PASSPHRASE}another long passphrase\n")).ended(0);
    check(&copy, PASSPHRASE).ended(1);
    check(&copy, "another long passphrase\n").ended(0).printed(&["2026-360000-LSB conduct"]);
    change(&format!("{PASSPHRASE}another long passphrase\n")).ended(3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
