//! Has a release build embed the window anew once there is another one.
//!
//! Files that were embedded before are watched by the compiler; a folder that was missing then,
//! because the window had not been built, is not.

fn main() {
    // Other builds read the window from disk while they run.
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let watched = if is_release {
        "../../ui/dist"
    } else {
        "build.rs"
    };
    println!("cargo::rerun-if-changed={watched}");
}
