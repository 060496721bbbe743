# home
home-title = Good to see you, { $name }
home-about = What there is, what needs attention, and what to do next.
home-attention = Needs attention
home-nothing = Nothing needs attention.
home-next = Next steps
home-first-tenant = Create your first tenant
home-first-entity = Add a person, a device or a service
home-first-resource = Create a resource to protect
home-first-role = Create a role and give it to somebody
home-why = Ask who may do what, and why
home-protect = Protect your account with a second factor
home-ask = Ask for a role
home-requests = { $count ->
    [one] One access request waits for an answer
   *[other] { $count } access requests wait for an answer
}
home-overrides = { $count ->
    [one] One override waits for a decision
   *[other] { $count } overrides wait for a decision
}
home-expiring = { $count ->
    [one] One credential ends within thirty days
   *[other] { $count } credentials end within thirty days
}
home-webhooks = { $count ->
    [one] One webhook is failing
   *[other] { $count } webhooks are failing
}
plant-title = A plant to try things with
plant-about = A tenant with two people, a service, two pumps and two channels, and with what each of them may do. It is made at once and removed as easily.
plant-make = Create the plant
plant-remove = Remove it
plant-remove-what = Removing it takes away its tenant and everything in it; nothing else is touched.
plant-here = Look around in
plant-name = Try-it plant
plant-reason = On trial for a week
plant-anna-temperature = Why may Anna set the temperature?
plant-anna-pressure = Why may Anna not set the pressure?
plant-ben-temperature = What is missing for Ben to set the temperature?
plant-pump = Why may pump 1 send its temperature?
done-plant-made = The plant is there.
done-plant-removed = The plant is gone.
