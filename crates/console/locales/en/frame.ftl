# Around every page, and what pages of all nouns say.
skip = Skip to content
search = Search
account = My account
theme = Light or dark
sign-out = Sign out
menu = Menu
nav = Main navigation
keys = Keyboard shortcuts
close = Close
to-start = To the start page
ask-why = Ask why
cancel = Cancel
copy = Copy
copy-id = Copy the id
crumbs = You are here
facts = About
script-copied = Copied
script-remove = Remove
script-no-match = Nothing matches
script-unsaved = What you have filled in is not saved.
filters = Filters
filter-any = Any
filter-go = Filter
filter-clear = Clear filters
list-total = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}
list-empty = Nothing here yet
list-no-match = Nothing matches these filters
list-acts = Actions
list-csv = Download as CSV
list-wants-tenantid = Choose a tenant first
pick-all = Select all rows
pick-row = Select this row
pick-acts = With the selected rows:
pager = Pages
pager-first = First page
pager-next = Next page
form-optional = (optional)
form-utc = in UTC
form-bad-value = The value of { $field } cannot be read. Correct it and send the form again.
form-foreign-title = This form cannot be used any more
form-foreign = The form did not come from a page of this house, or cookies are off. Go back, reload the page and try again.
form-too-large-title = Too much
form-too-large = The form holds more than 1 MiB. Send less.
nothing-here-title = There is nothing here
nothing-here = There is no such page or thing, or you may not see it.
refused-denied = You may not do this
refused-missing = There is nothing here
refused-limited = Too many requests
refused-unavailable = This does not work at the moment
refused-invalid = This cannot be done
confirm-access = What changes in access
confirm-no-access = Nobody gains or loses access by this.
confirm-change = Change
confirm-gains = gains
confirm-loses = loses
confirm-who = Who
confirm-action = Action
confirm-object = On what
confirm-more = { $count ->
    [one] and { $count } more change
   *[other] and { $count } more changes
}
secret-title = Keep this now
secret-about = It is shown this once and never again.
secret-kept = I have kept it
done = Done: { $what }
list-not-yours = You have no right to read these here.
page-not-yours = This page is not for you here: a right is missing.
script-saved = Saved filters
script-save-filter = Save filter
script-saved-name = Name of the filter
script-saved-done = Saved.
