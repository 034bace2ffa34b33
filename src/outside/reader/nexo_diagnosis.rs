//! What a reader's answer to a diagnosis means: pure, like [`super::nexo_payment`].

use super::nexo_answer::{AnswerError, open};
use super::nexo_details::ReaderDetails;
use super::nexo_message::{DiagnosisResponse, ErrorCondition, GlobalStatus, MessageHeader, PoiStatus, ResultWord};
use crate::domain::outage::ReaderCause;
use crate::domain::reader::ReaderReport;

/// What the answer to a diagnosis means, and what else it says of the reader.
pub(super) fn of_diagnosis(text: &str, header: &MessageHeader) -> Result<(ReaderReport, ReaderDetails), AnswerError> {
    let answer = open(text, header)?.diagnosis_response.ok_or(AnswerError::Missing("DiagnosisResponse"))?;
    let report = match (answer.response.result, answer.response.error_condition) {
        (ResultWord::Success | ResultWord::Partial, _) => read_diagnosis(&answer)?,
        (ResultWord::Failure, condition) => diagnosis_refused(condition)?,
    };
    Ok((report, ReaderDetails::of(&answer)))
}

fn read_diagnosis(answer: &DiagnosisResponse) -> Result<ReaderReport, AnswerError> {
    let status = answer.poi_status.as_ref().ok_or(AnswerError::Missing("POIStatus"))?;
    if let Some(cause) = broken_part(status) {
        return Ok(ReaderReport::Faulty { cause, hard: true });
    }
    match status.global_status {
        GlobalStatus::Ready => Ok(ReaderReport::Healthy {
            host_reachable: host_reachable(answer, status),
            stored_in_reader: ReaderDetails::of(answer).stored_in_reader,
        }),
        GlobalStatus::Busy => Ok(ReaderReport::Busy),
        GlobalStatus::Maintenance => Ok(ReaderReport::Faulty { cause: ReaderCause::Maintenance, hard: true }),
        // Said by something in between that may have asked only once: not certain by itself.
        GlobalStatus::Unreachable => Ok(ReaderReport::Faulty { cause: ReaderCause::NoAnswer, hard: false }),
        GlobalStatus::Unrecognised => Err(AnswerError::Missing("GlobalStatus that the protocol has")),
    }
}

/// The worst part that the reader says is broken: a tampered reader must not be used even when the rest works.
fn broken_part(status: &PoiStatus) -> Option<ReaderCause> {
    [
        (status.security_ok, ReaderCause::Tampered),
        (status.card_reader_ok, ReaderCause::CardReaderFault),
        (status.pin_pad_ok, ReaderCause::PinPadFault),
    ]
    .into_iter()
    .find_map(|(works, cause)| (works == Some(false)).then_some(cause))
}

/// One acquirer that can be reached is enough: the reader routes by itself.
fn host_reachable(answer: &DiagnosisResponse, status: &PoiStatus) -> Option<bool> {
    if status.communication_ok == Some(false) {
        return Some(false);
    }
    (!answer.host_status.is_empty()).then(|| answer.host_status.iter().any(|host| host.is_reachable_flag))
}

/// A diagnosis that ended with Failure.
fn diagnosis_refused(condition: Option<ErrorCondition>) -> Result<ReaderReport, AnswerError> {
    let faulty = |cause| Ok(ReaderReport::Faulty { cause, hard: true });
    match condition {
        Some(
            ErrorCondition::Aborted
            | ErrorCondition::Busy
            | ErrorCondition::Cancel
            | ErrorCondition::InProgress
            | ErrorCondition::InsertedCard,
        ) => Ok(ReaderReport::Busy),
        Some(ErrorCondition::UnreachableHost) => {
            Ok(ReaderReport::Healthy { host_reachable: Some(false), stored_in_reader: None })
        }
        Some(ErrorCondition::UnavailableDevice | ErrorCondition::DeviceOut) => faulty(ReaderCause::OutOfOrder),
        Some(
            ErrorCondition::InvalidCard
            | ErrorCondition::LoggedOut
            | ErrorCondition::MessageFormat
            | ErrorCondition::NotAllowed
            | ErrorCondition::NotFound
            | ErrorCondition::PaymentRestriction
            | ErrorCondition::Refusal
            | ErrorCondition::UnavailableService
            | ErrorCondition::WrongPin,
        ) => faulty(ReaderCause::SoftwareFault),
        Some(ErrorCondition::Unrecognised) | None => Err(AnswerError::NoReason),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::outside::reader::nexo_message::{MessageCategory, MessageClass, MessageType};

    const HEALTHY: ReaderReport = ReaderReport::Healthy { host_reachable: None, stored_in_reader: None };

    fn read(diagnosis: &Value) -> Result<ReaderReport, AnswerError> {
        let header = MessageHeader {
            protocol_version: None,
            message_class: MessageClass::Service,
            message_category: MessageCategory::Diagnosis,
            message_type: MessageType::Request,
            service_id: Some("Q1".to_owned()),
            sale_id: "till-23".to_owned(),
            poi_id: "V400m-1".to_owned(),
        };
        let answered = MessageHeader { message_type: MessageType::Response, ..header.clone() };
        let answer = json!({"SaleToPOIResponse": {"MessageHeader": answered, "DiagnosisResponse": diagnosis}});
        of_diagnosis(&answer.to_string(), &header).map(|(report, _)| report)
    }

    fn with_status(status: &Value) -> Result<ReaderReport, AnswerError> {
        read(&json!({"Response": {"Result": "Success"}, "POIStatus": status}))
    }

    #[test]
    fn the_worst_broken_part_is_the_cause() {
        let faulty = |cause, hard| Ok(ReaderReport::Faulty { cause, hard });
        for (status, expected) in [
            (json!({"GlobalStatus": "OK"}), Ok(HEALTHY)),
            (json!({"GlobalStatus": "OK", "CardReaderOKFlag": true, "PEDOKFlag": true}), Ok(HEALTHY)),
            (json!({"GlobalStatus": "OK", "PEDOKFlag": false}), faulty(ReaderCause::PinPadFault, true)),
            (
                json!({"GlobalStatus": "Busy", "CardReaderOKFlag": false, "PEDOKFlag": false}),
                faulty(ReaderCause::CardReaderFault, true),
            ),
            (
                json!({"GlobalStatus": "OK", "CardReaderOKFlag": false, "SecurityOKFlag": false}),
                faulty(ReaderCause::Tampered, true),
            ),
            (json!({"GlobalStatus": "Busy"}), Ok(ReaderReport::Busy)),
            (json!({"GlobalStatus": "Maintenance"}), faulty(ReaderCause::Maintenance, true)),
            (json!({"GlobalStatus": "Unreachable"}), faulty(ReaderCause::NoAnswer, false)),
            (json!({"GlobalStatus": "Fine"}), Err(AnswerError::Missing("GlobalStatus that the protocol has"))),
        ] {
            assert_eq!(with_status(&status), expected, "{status}");
        }
    }

    #[test]
    fn one_acquirer_is_enough_and_none_is_said_when_none_was_asked() {
        for (communication, hosts, expected) in [
            (true, json!([]), None),
            (true, json!([{"IsReachableFlag": false}, {"IsReachableFlag": true}]), Some(true)),
            (true, json!([{"IsReachableFlag": false}]), Some(false)),
            (false, json!([{"IsReachableFlag": true}]), Some(false)),
        ] {
            let status = json!({"GlobalStatus": "OK", "CommunicationOKFlag": communication});
            let report = read(&json!({"Response": {"Result": "Success"}, "POIStatus": status, "HostStatus": hosts}));
            assert_eq!(
                report,
                Ok(ReaderReport::Healthy { host_reachable: expected, stored_in_reader: None }),
                "{hosts}"
            );
        }
    }

    #[test]
    fn a_refused_diagnosis_tells_an_outage_from_a_busy_reader() {
        let faulty = |cause| Ok(ReaderReport::Faulty { cause, hard: true });
        let no_host = ReaderReport::Healthy { host_reachable: Some(false), stored_in_reader: None };
        for (condition, expected) in [
            ("Busy", Ok(ReaderReport::Busy)),
            ("InProgress", Ok(ReaderReport::Busy)),
            ("UnreachableHost", Ok(no_host)),
            ("UnavailableDevice", faulty(ReaderCause::OutOfOrder)),
            ("LoggedOut", faulty(ReaderCause::SoftwareFault)),
            ("Meltdown", Err(AnswerError::NoReason)),
        ] {
            let report = read(&json!({"Response": {"Result": "Failure", "ErrorCondition": condition}}));
            assert_eq!(report, expected, "{condition}");
        }
    }
}
