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
        let demand = decide(Wanted::default(), has.totp.is_some(), !has.passkeys.is_empty());
        return Ok((demand, has));
    }
    let mut wanted = Wanted::default();
    for policy in sign_in_policies::that_apply(conn, entity.tenant).await? {
        let late = over(policy.set_at.max(entity.created_at).plus(policy.grace), ctx.now());
        wanted.add(policy.second_factor, late);
    }
    Ok((decide(wanted, has.totp.is_some(), !has.passkeys.is_empty()), has))
}

/// What several policies want together. That one gives more time for more does not put off what another wants by now.
#[derive(Clone, Copy, Debug, Default)]
struct Wanted {
    passkey: bool,
    /// Some second factor should be there by now.
    any_late: bool,
    /// A passkey should be there by now.
    passkey_late: bool,
}

impl Wanted {
    fn add(&mut self, factor: SecondFactor, late: bool) {
        self.passkey |= factor == SecondFactor::Passkey;
        self.any_late |= factor != SecondFactor::None && late;
        self.passkey_late |= factor == SecondFactor::Passkey && late;
    }
}

fn over(deadline: Moment, now: Moment) -> bool {
    deadline <= now
}

fn decide(wanted: Wanted, app: bool, passkey: bool) -> Demand {
    match app || passkey {
        _ if wanted.passkey && passkey => Demand::Factor { passkey_only: true },
        _ if wanted.passkey_late => Demand::Overdue,
        false if wanted.any_late => Demand::Overdue,
        false => Demand::Nothing,
        true => Demand::Factor { passkey_only: false },
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
            let mut together = Wanted::default();
            together.add(wanted, overdue);
            let decided = decide(together, app, passkey);
            assert_eq!(decided, expected, "{wanted:?} {overdue} {app} {passkey}");
        }
    }

    #[test]
    fn more_time_for_more_does_not_put_off_what_is_wanted_by_now() {
        let mut together = Wanted::default();
        together.add(SecondFactor::Any, true);
        together.add(SecondFactor::Passkey, false);
        assert_eq!(decide(together, false, false), Demand::Overdue);
        assert_eq!(decide(together, true, false), Demand::Factor { passkey_only: false });
        assert_eq!(decide(together, false, true), Demand::Factor { passkey_only: true });
    }
}
