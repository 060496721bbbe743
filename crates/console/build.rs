//! Makes what browsers load: the styles by putting their files together, the scripts with Vite from npm packages.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// What Vite makes.
const BUNDLES: [(&str, &[&str]); 3] = [
    ("early", &["early.js"]),
    ("production", &["console.js"]),
    ("playground", &["playground.js", "playground.css"]),
];

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=style");
    for source in ["src", "package.json", "package-lock.json", "vite.config.js"] {
        println!("cargo:rerun-if-changed=web/{source}");
    }
    // Not named as settings of Atoll are: those it does not know it refuses.
    println!("cargo:rerun-if-env-changed=CONSOLE_ISLANDS");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    let made = out.join("assets");
    fs::create_dir_all(&made)?;
    styles(&made)?;
    fs::copy("style/icons.svg", made.join("icons.svg"))?;
    fs::copy("style/mark.svg", made.join("mark.svg"))?;
    if let Err(why) = scripts(&out.join("web"), &made) {
        if env::var("CONSOLE_ISLANDS").as_deref() == Ok("required") {
            return Err(io::Error::other(format!("{why} (CONSOLE_ISLANDS=required)")));
        }
        println!("cargo:warning=the console's scripts are left out, pages work without them: {why}");
        for name in BUNDLES.iter().flat_map(|(_, names)| *names) {
            fs::write(made.join(name), "")?;
        }
    }
    println!("cargo:rustc-env=ATOLL_ASSETS_VERSION={:016x}", version(&made)?);
    Ok(())
}

/// The style sheets, in the order of their names.
fn styles(made: &Path) -> io::Result<()> {
    let mut sheets: Vec<PathBuf> =
        fs::read_dir("style")?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<_>>()?;
    sheets.retain(|path| path.extension().is_some_and(|extension| extension == "css"));
    sheets.sort();
    let all: Vec<String> = sheets.iter().map(fs::read_to_string).collect::<io::Result<_>>()?;
    fs::write(made.join("console.css"), all.join("\n"))
}

/// Builds the scripts in a copy, so that nothing is written beside the sources.
fn scripts(work: &Path, made: &Path) -> io::Result<()> {
    copy(Path::new("web"), work)?;
    let lock = fs::read(work.join("package-lock.json"))?;
    if fs::read(work.join("node_modules/installed.lock")).ok().as_ref() != Some(&lock) {
        run(work, "npm", &["ci", "--no-audit", "--no-fund", "--loglevel=error"])?;
        fs::write(work.join("node_modules/installed.lock"), &lock)?;
    }
    for (mode, names) in BUNDLES {
        run(work, "npx", &["--no-install", "vite", "build", "--logLevel=error", "--mode", mode])?;
        for name in names {
            fs::copy(work.join("dist").join(name), made.join(name))?;
        }
    }
    Ok(())
}

/// Copies the sources of the scripts, without what was installed or made beside them.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, target) = (entry.file_name(), to.join(entry.file_name()));
        match entry.file_type()?.is_dir() {
            true if name == "node_modules" || name == "dist" => {}
            true => copy(&entry.path(), &target)?,
            false => fs::copy(entry.path(), target).map(drop)?,
        }
    }
    Ok(())
}

fn run(within: &Path, program: &str, arguments: &[&str]) -> io::Result<()> {
    let ran = Command::new(program).args(arguments).current_dir(within).output();
    let ran = ran.map_err(|why| {
        io::Error::other(format!("{program} cannot be started, install Node.js and npm: {why}"))
    })?;
    match ran.status.success() {
        true => Ok(()),
        false => {
            let said = String::from_utf8_lossy(&ran.stderr);
            let first: Vec<&str> = said.lines().filter(|line| line.len() > 10).take(5).collect();
            Err(io::Error::other(format!("{program} {} failed: {}", arguments.join(" "), first.join(" | "))))
        }
    }
}

/// Changes whenever something that browsers keep does.
fn version(made: &Path) -> io::Result<u64> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(made)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<_>>()?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}
