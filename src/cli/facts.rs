//! What was built: the facts that `mop --version` says of this program.

/// Says which version this is, what it was built for and from, and which formats it writes.
pub(super) fn build_facts() -> String {
    let linked = if cfg!(target_feature = "crt-static") { "static" } else { "dynamic" };
    let profile = if cfg!(debug_assertions) { "with checks for testing" } else { "for use" };
    let commit = option_env!("MOP_COMMIT").unwrap_or("not said when it was built");
    format!(
        "{version}\nbuilt for  {arch} {os}, linked {linked}\nbuilt      {profile}\nsource     {commit}\n\
         writes     runbook format 1, journal format 1\nhttps      rustls with ring, and the certificates of the system",
        version = env!("CARGO_PKG_VERSION"),
        arch = std::env::consts::ARCH,
        os = std::env::consts::OS,
    )
}
