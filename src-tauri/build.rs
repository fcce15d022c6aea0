//! Tauri's own build step, and two things that it leaves to us.

fn main() {
    // Tauri refuses to compile without this folder. With it, `cargo check --workspace` works before
    // the page was ever built; `cargo xtask run` and `cargo xtask test` build the page first.
    let page = std::path::Path::new("../ui/dist");
    if let Err(error) = std::fs::create_dir_all(page) {
        println!("cargo::warning=cannot create {}: {error}", page.display());
    }
    // The page is compiled into the program, so a newly built page must rebuild it.
    println!("cargo::rerun-if-changed=../ui/dist");
    tauri_build::build();
}
