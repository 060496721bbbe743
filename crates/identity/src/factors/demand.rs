//! What a sign-in asks for after the right password.

use atoll_base::ctx::Ctx;
use atoll_base::settings::SecondFactor;
use atoll_base::{Moment, Result};
use atoll_policy::EntityKind;

use super::find::{Factors, of_entity};
use crate::entities::Entity;
use crate::sign_in_policies;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Nothing more.
    Nothing,
    /// A second factor.
    Factor {
        /// Only a passkey will do.
        passkey_only: bool,
    },
    /// A second factor that the entity should have by now, and has not.
    Overdue,
}

/// What is asked of an entity: what it has itself set up; and of a person what is wanted of them where they are at home and
/// at the platform, whichever is stricter.
pub(crate) async fn demanded(ctx: &Ctx, entity: &Entity) -> Result<(Demand, Factors)> {
    let conn = &ctx.reader();
    let has = of_entity(conn, entity.id).await?;
    if entity.kind != EntityKind::Human {
        let demand = decide(SecondFactor::None, false, has.totp.is_some(), !has.passkeys.is_empty());
        return Ok((demand, has));
    }
    let (mut wanted, mut overdue) = (SecondFactor::None, false);
    for policy in sign_in_policies::that_apply(conn, entity.tenant).await? {
        if policy.second_factor == SecondFactor::None {
            continue;
        }
        let late = over(policy.set_at.max(entity.created_at).plus(policy.grace), ctx.now());
        // Of two policies that ask for the same, the one that is due first counts.
        overdue = match policy.second_factor.cmp(&wanted) {
            std::cmp::Ordering::Greater => late,
            std::cmp::Ordering::Equal => overdue || late,
            std::cmp::Ordering::Less => overdue,
        };
        wanted = wanted.max(policy.second_factor);
    }
    Ok((decide(wanted, overdue, has.totp.is_some(), !has.passkeys.is_empty()), has))
}

fn over(deadline: Moment, now: Moment) -> bool {
    deadline <= now
}

fn decide(wanted: SecondFactor, overdue: bool, app: bool, passkey: bool) -> Demand {
    match (wanted, app || passkey) {
        (SecondFactor::Passkey, _) if passkey => Demand::Factor { passkey_only: true },
        (SecondFactor::Passkey, _) if overdue => Demand::Overdue,
        (SecondFactor::Any, false) if overdue => Demand::Overdue,
        (_, false) => Demand::Nothing,
        (_, true) => Demand::Factor { passkey_only: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_has_is_always_asked_for() {
        let any = Demand::Factor { passkey_only: false };
        let only = Demand::Factor { passkey_only: true };
        use SecondFactor::{Any, None, Passkey};
        for (wanted, overdue, app, passkey, expected) in [
            (None, false, false, false, Demand::Nothing),
            (None, false, true, false, any),
            (None, false, false, true, any),
            (Any, false, false, false, Demand::Nothing),
            (Any, true, false, false, Demand::Overdue),
            (Any, true, true, false, any),
            (Any, true, false, true, any),
            (Passkey, false, false, false, Demand::Nothing),
            (Passkey, false, true, false, any),
            (Passkey, true, true, false, Demand::Overdue),
            (Passkey, false, true, true, only),
            (Passkey, true, false, true, only),
        ] {
            assert_eq!(
                decide(wanted, overdue, app, passkey),
                expected,
                "{wanted:?} {overdue} {app} {passkey}"
            );
        }
    }
}
