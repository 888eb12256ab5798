//! What names on the command line lead to.

use std::fs;

use tempfile::tempdir;

use super::super::{Discovery, InputProblemKind, ReadOptions, discover};
use super::{read_input, write};

fn found(words: &[&str]) -> Discovery {
    discover(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
}

fn names(discovery: &Discovery, below: &str) -> Vec<String> {
    discovery.inputs.iter().map(|i| i.name.trim_start_matches(below).to_owned()).collect()
}

#[test]
fn a_missing_path_is_a_problem_and_the_rest_is_found() {
    let folder = tempdir().unwrap();
    let there = write(folder.path(), "there.log", b"x\n");
    let missing = folder.path().join("missing.log").to_string_lossy().into_owned();
    let discovery = found(&[&missing, &there]);
    assert_eq!(discovery.inputs.len(), 1);
    let problem = &discovery.problems[0];
    assert_eq!((problem.kind, problem.path.as_str()), (InputProblemKind::Missing, missing.as_str()));
    assert_eq!(problem.to_string(), format!("{missing}: no such file or folder"));
    assert!(!problem.mend.is_empty());
}

#[test]
fn a_folder_is_read_recursively_in_the_order_of_names() {
    let folder = tempdir().unwrap();
    for name in ["b.log", "a/z.log", "a/b/c.log", ".hidden", "c"] {
        write(folder.path(), name, b"x\n");
    }
    let root = folder.path().to_string_lossy().into_owned();
    let discovery = found(&[&root]);
    assert_eq!(names(&discovery, &root), ["/.hidden", "/a/b/c.log", "/a/z.log", "/b.log", "/c"]);
    assert!(discovery.problems.is_empty());
}

#[test]
fn globs_match_within_a_folder_and_across_folders() {
    let folder = tempdir().unwrap();
    for name in ["b.log", "a.log", "a.txt", "deep/er/c.log"] {
        write(folder.path(), name, b"x\n");
    }
    let root = folder.path().to_string_lossy().into_owned();
    assert_eq!(names(&found(&[&format!("{root}/*.log")]), &root), ["/a.log", "/b.log"]);
    assert_eq!(names(&found(&[&format!("{root}/**/*.log")]), &root), ["/a.log", "/b.log", "/deep/er/c.log"]);
    let nothing = found(&[&format!("{root}/*.csv"), &format!("{root}/**/*.csv"), &format!("{root}/[.log")]);
    let kinds: Vec<_> = nothing.problems.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [InputProblemKind::Missing, InputProblemKind::Missing, InputProblemKind::BadPattern]);
}

#[test]
fn a_file_whose_name_holds_wildcards_is_read_as_it_stands() {
    let folder = tempdir().unwrap();
    let odd = write(folder.path(), "odd[1]*.log", b"x\n");
    assert_eq!(found(&[&odd]).inputs.len(), 1);
}

#[test]
fn standard_input_named_twice_is_read_once() {
    let discovery = found(&["-", "-"]);
    assert_eq!(discovery.inputs.len(), 1);
    assert_eq!(&*discovery.inputs[0].name, "-");
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_reached_twice_is_read_once() {
        let folder = tempdir().unwrap();
        let file = write(folder.path(), "a.log", b"x\n");
        symlink("a.log", folder.path().join("soft.log")).unwrap();
        fs::hard_link(&file, folder.path().join("z-hard.log")).unwrap();
        let root = folder.path().to_string_lossy().into_owned();
        let discovery = found(&[&file, &root, &format!("{root}/*.log"), &format!("{root}/**/*.log")]);
        assert_eq!(names(&discovery, &root), ["/a.log"]);
        assert!(discovery.problems.is_empty(), "{:?}", discovery.problems);
    }

    #[test]
    fn a_loop_of_links_is_reported_and_not_followed() {
        let folder = tempdir().unwrap();
        write(folder.path(), "sub/a.log", b"x\n");
        symlink("..", folder.path().join("sub/up")).unwrap();
        symlink("round", folder.path().join("round")).unwrap();
        let root = folder.path().to_string_lossy().into_owned();
        for words in [vec![root.as_str()], vec![&format!("{root}/**/*")]] {
            let discovery = found(&words);
            assert_eq!(names(&discovery, &root), ["/sub/a.log"]);
            let mut looped: Vec<_> =
                discovery.problems.iter().map(|p| (p.kind, p.path.trim_start_matches(&root))).collect();
            looped.sort_by_key(|(_, path)| *path);
            assert_eq!(
                looped,
                [(InputProblemKind::Loop, "/round"), (InputProblemKind::Loop, "/sub/up")],
                "{words:?}"
            );
        }
    }

    #[test]
    fn a_pattern_may_start_at_a_link_to_a_folder() {
        let folder = tempdir().unwrap();
        write(folder.path(), "real/deep/a.log", b"x\n");
        symlink("real", folder.path().join("link")).unwrap();
        let root = folder.path().to_string_lossy().into_owned();
        let discovery = found(&[&format!("{root}/link/**/*.log")]);
        assert_eq!(names(&discovery, &root), ["/link/deep/a.log"]);
    }

    #[test]
    fn a_maze_of_links_visits_each_folder_once() {
        let folder = tempdir().unwrap();
        // Each level holds two links to the next: 2^40 paths lead to the one file.
        for level in 0..40 {
            let here = folder.path().join(format!("d{level}"));
            fs::create_dir(&here).unwrap();
            let next = format!("../d{}", level + 1);
            symlink(&next, here.join("left")).unwrap();
            symlink(&next, here.join("right")).unwrap();
        }
        write(folder.path(), "d40/a.log", b"x\n");
        let root = folder.path().to_string_lossy().into_owned();
        let discovery = found(&[&root]);
        assert_eq!(discovery.inputs.len(), 1);
    }

    #[test]
    fn a_dangling_link_is_a_problem() {
        let folder = tempdir().unwrap();
        symlink("nowhere", folder.path().join("dangling.log")).unwrap();
        let root = folder.path().to_string_lossy().into_owned();
        let discovery = found(&[&root]);
        assert_eq!(discovery.problems.len(), 1);
        assert_eq!(discovery.problems[0].message, "a link to a file that does not exist");
    }

    #[test]
    fn an_unreadable_file_is_a_problem_and_the_next_is_read() {
        let folder = tempdir().unwrap();
        let locked = write(folder.path(), "a.log", b"secret\n");
        let open = write(folder.path(), "b.log", b"open\n");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
        if fs::File::open(&locked).is_ok() {
            println!("skipped: this user may read everything (root)");
            return;
        }
        let discovery = found(&[&locked, &open]);
        let reports: Vec<_> =
            discovery.inputs.iter().map(|input| read_input(input, &ReadOptions::default()).report).collect();
        assert_eq!(reports[0].problems[0].kind, InputProblemKind::Unreadable);
        assert_eq!((reports[1].frames, reports[1].problems.len()), (1, 0));
    }

    #[test]
    fn a_socket_in_a_folder_is_a_problem_and_not_opened() {
        let folder = tempdir().unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("s")).unwrap();
        let discovery = found(&[&folder.path().to_string_lossy()]);
        assert!(discovery.inputs.is_empty());
        assert_eq!(discovery.problems[0].kind, InputProblemKind::NotAFile);
    }
}

#[test]
fn a_file_that_vanished_after_discovery_is_a_problem() {
    let folder = tempdir().unwrap();
    let path = write(folder.path(), "a.log", b"x\n");
    let discovery = found(&[&path]);
    fs::remove_file(&path).unwrap();
    let delivered = read_input(&discovery.inputs[0], &ReadOptions::default());
    assert_eq!(delivered.report.problems[0].kind, InputProblemKind::Missing);
}
