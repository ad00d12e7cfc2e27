//! x
#[test]
fn demo() {
    let dir = std::path::Path::new("/tmp/report7-demo");
    std::fs::create_dir_all(dir).unwrap();
    for (name, scene) in
        [("evening", super::scenes::evening()), ("live", super::scenes::live()), ("back", super::scenes::backed_out())]
    {
        for format in ["md", "json", "csv", "html"] {
            let (code, out, err) = scene.report(format);
            println!("{name} {format} {code} {err}");
            std::fs::write(dir.join(format!("{name}.{format}")), out).unwrap();
        }
    }
}
