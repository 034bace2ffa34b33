//! `stopgap iso8583` as a script sees it.

use super::{assert_refused, run_with_input};

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn iso8583_messages_are_hex_and_json_one_a_line() {
    let asked = concat!(
        r#"{"mti":"0200","fields":{"2":"4111111111111111","55":"9f2701a0"},"encoding":"ascii-hex-bitmap"}"#,
        "\n\n",
        r#"{"mti":"0800","fields":{"11":"000001","70":"301"},"encoding":"ascii-binary-bitmap"}"#,
    );
    let encoded = run_with_input(&["iso8583", "encode"], asked);
    let answers = concat!(
        r#"{"hex":"30323030343030303030303030303030303230303136343131313131313131313131313131313030383946323730314130"}"#,
        "\n",
        r#"{"hex":"3038303080200000000000000400000000000000303030303031333031"}"#,
        "\n",
    );
    assert_eq!((encoded.status.code(), text_of(&encoded.stdout)), (Some(0), answers.to_owned()));
    let [first, second] = ["ascii-hex-bitmap", "ascii-binary-bitmap"].map(|name| format!(r#","encoding":"{name}"}}"#));
    let lines: Vec<&str> = answers.lines().map(|line| line.trim_end_matches('}')).collect();
    let decoded = run_with_input(&["iso8583", "decode"], &format!("{}{first}\n{}{second}\n", lines[0], lines[1]));
    let fields = concat!(
        r#"{"mti":"0200","fields":{"2":"4111111111111111","55":"9F2701A0"}}"#,
        "\n",
        r#"{"mti":"0800","fields":{"11":"000001","70":"301"}}"#,
        "\n",
    );
    assert_eq!((decoded.status.code(), text_of(&decoded.stdout)), (Some(0), fields.to_owned()));
}

#[test]
fn a_bad_iso8583_message_is_refused_with_its_line_and_reason() {
    let good = r#"{"mti":"0800","fields":{"11":"000001"},"encoding":"ascii-binary-bitmap"}"#;
    for (given, says) in [
        ("", "standard input is empty"),
        (&good.replace("000001\"", "000001\",\"11\":\"000002\""), "stands twice"),
        (&good.replace("\"11\"", "\"011\""), "no field number: 2 to 128"),
        (&good.replace("\"11\"", "\"129\""), "no field number: 2 to 128"),
        (&good.replace("\"11\"", "\"1\""), "no field number: 2 to 128"),
        (&good.replace("0800", "080"), "“mti”: message type “080” must be four digits"),
        (&good.replace("000001", "00001"), "DE 11 has a length of 5; it must be exactly 6 characters"),
        (&good.replace("000001", "00000x"), "DE 11 must hold digits only"),
        (&good.replace("\"000001\"", "1"), "“fields.11” is a whole number: text is expected"),
        (&good.replace("binary", "ebcdic"), "“encoding” must be ascii-hex-bitmap or ascii-binary-bitmap"),
        (&good.replace(",\"encoding\":\"ascii-binary-bitmap\"", ""), "“encoding” is missing"),
        (&good.replace("\"mti\"", "\"tpdu\":\"\",\"mti\""), "“tpdu” is not known"),
    ] {
        assert_refused(&run_with_input(&["iso8583", "encode"], given), says);
    }
    let third = run_with_input(&["iso8583", "encode"], &format!("{good}\n{good}\n{{\n{good}\n"));
    assert_eq!((third.status.code(), text_of(&third.stdout).lines().count()), (Some(2), 2), "what came before is kept");
    assert!(text_of(&third.stderr).contains("line 3: "), "{third:?}");
    for (hex, says) in [
        ("", "the message ends within the message type"),
        ("303", "their number must be even"),
        ("30z0", "“hex”: character 3"),
        ("3038303000200000000000003030303030", "within DE 11: 6 bytes are needed, 5 are left"),
        ("303830300020000000000000303030303030FF", "1 bytes are left over"),
        ("30383030FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "within DE 2"),
    ] {
        let given = format!(r#"{{"hex":"{hex}","encoding":"ascii-binary-bitmap"}}"#);
        assert_refused(&run_with_input(&["iso8583", "decode"], &given), says);
    }
    let long = format!(r#"{{"hex":"{}","encoding":"ascii-binary-bitmap"}}"#, "30".repeat(65_536));
    assert_refused(&run_with_input(&["iso8583", "decode"], &long), "at most 65535 are possible");
    assert_refused(&run_with_input(&["iso8583", "decode"], &" ".repeat(524_300)), "more than 524288 bytes");
}
