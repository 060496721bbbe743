//! Compiles Atoll's own protocol buffers, so that the reference server speaks the same messages.

const FOLDER: &str = "../crates/server/proto";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed={FOLDER}");
    let descriptors = protox::compile(["atom/v1/atom.proto"], [FOLDER])?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
