//! `mock-partner check` and `mock-partner schema`.

use std::process::Command;

use serde_json::Value;

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mock-partner"))
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    (code, text(&output.stdout), text(&output.stderr))
}

#[test]
fn problems_have_file_line_column_and_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (good, broken, misnamed) = (path("good.yaml"), path("broken.yaml"), path("other.json"));
    std::fs::write(&good, "name: good\ntitle: Fine\n").unwrap();
    std::fs::write(
        &broken,
        "name: broken\ntitle: X\nsettings:\n  limit: open\nrules:\n  - name: a\n",
    )
    .unwrap();
    std::fs::write(&misnamed, "{\"name\": \"another\", \"title\": \"X\"}").unwrap();
    let (code, out, errors) = run(&["check", &good]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(out.contains("good.yaml: Fine is fine."), "{out}");
    let (code, out, errors) = run(&["check", &good, &broken, &misnamed]);
    assert_eq!(code, 1, "{errors}");
    assert!(out.contains("good.yaml"), "{out}");
    for said in [
        format!(
            "{broken}:4:3: There is no field \"limit\" in settings.\n  Did you mean \"limits\"?\n"
        ),
        format!("{broken}:6:5: "),
        format!("{misnamed}:1:10: The file is called other"),
    ] {
        assert!(errors.contains(&said), "{said}\n{errors}");
    }
    let (code, _, errors) = run(&["check", &path("nowhere.yaml")]);
    assert_eq!(code, 2, "{errors}");
    assert!(errors.contains("nowhere.yaml"));
    assert_eq!(run(&["check"]).0, 2);
}

#[test]
fn the_schema_is_json_on_standard_output() {
    let (code, out, errors) = run(&["schema", "scenario"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    let schema: Value = serde_json::from_str(&out).unwrap();
    assert!(schema["properties"]["rules"].is_object());
    assert_eq!(run(&["schema", "nothing"]).0, 2);
}
