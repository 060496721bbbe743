//! Calls about second factors.

use uuid::Uuid;

use super::make::Make;

impl Make<'_> {
    pub(super) async fn factors(&self, operation: &str) -> Option<String> {
        let tenant = self.plot.tenant;
        let nothing = Uuid::from_u128(404);
        let answer = format!("{{ challengeId: \"{nothing}\", credential: {{}} }}");
        Some(match operation {
            "secondFactors" | "resetSecondFactors" => {
                let person = self.entity("human").await;
                let selection = if operation == "secondFactors" { " { recoveryCodesLeft }" } else { "" };
                format!("{operation}(entityId: \"{person}\"){selection}")
            }
            "linkedIdentities" => {
                let person = self.entity("human").await;
                format!("{operation}(entityId: \"{person}\") {{ id }}")
            }
            "unlinkIdentity" => format!("{operation}(id: \"{nothing}\")"),
            "tenantSignInPolicy" => format!("{operation}(tenantId: \"{tenant}\") {{ secondFactor }}"),
            "setTenantSignInPolicy" => {
                format!(
                    "{operation}(tenantId: \"{tenant}\", input: {{ secondFactor: none }}) {{ secondFactor }}"
                )
            }
            "changePassword" => {
                // Refused before the current one is looked at, so that it is no guess at the administrator's.
                format!("{operation}(current: \"not it\", new: \"short\")")
            }
            "enrolTotp" => "enrolTotp { secret }".into(),
            "confirmTotp" => "confirmTotp(code: \"x\")".into(),
            "removeTotp" | "regenerateRecoveryCodes" => operation.into(),
            "beginPasskeyLogin" | "beginPasskeyRegistration" | "beginPasskeyStepUp" => {
                format!("{operation} {{ challengeId }}")
            }
            "registerPasskey" => format!(
                "{operation}(input: {{ challengeId: \"{nothing}\", name: \"x\", credential: {{}} }}) {{ recoveryCodes }}"
            ),
            "renamePasskey" => format!("{operation}(id: \"{nothing}\", name: \"x\") {{ id }}"),
            "removePasskey" => format!("{operation}(id: \"{nothing}\")"),
            "passkeyLogin" => format!("{operation}(answer: {answer}) {{ token }}"),
            "completeLogin" => {
                format!("{operation}(pendingToken: \"x\", factor: {{ totp: \"123456\" }}) {{ token }}")
            }
            "stepUp" => format!("{operation}(password: \"not it\") {{ token }}"),
            _ => return None,
        })
    }
}
