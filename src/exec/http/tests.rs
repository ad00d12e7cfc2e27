//! Settings that make no client.

use super::*;

#[test]
fn a_client_is_made_for_every_trust() {
    for trust in [Trust::System, Trust::Anything] {
        Web::new(&Settings { trust, ..Settings::default() }).unwrap();
    }
}

#[test]
fn a_file_of_authorities_that_is_none_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let cases = [(put("empty", ""), "holds no"), (put("odd", pem), "cannot"), (dir.path().into(), "it is no file")];
    for (path, words) in cases {
        let trust = Trust::File(path.clone());
        let error = Web::new(&Settings { trust, ..Settings::default() }).unwrap_err().to_string();
        assert!(error.starts_with(&path.display().to_string()) && error.contains(words), "{error}");
    }
}
