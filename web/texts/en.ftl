# The pages' texts in English.

## The frame

skip = Skip to the content
search-label = Find a municipality
search-button = Search
language = Language
menu = Menu
menu-own = Our municipality
menu-programme = The programme
menu-check = Before an award
menu-cases = Double funding
menu-sources = Sources
menu-about = About the figures
as-of-banner = The page shows what was known up to and including { $day }.
as-of-leave = Show as it is now
as-of-label = As it was on
as-of-button = Show that day
query-behind = The query behind the page
query-behind-intro = The page shows the answer to this operation of the public schema, and nothing else.
query-variables = Variables
query-open = Open the query in GraphiQL
acting-as = You see the pages as { $body }
acting-as-public = You see the pages as the public.
log-in = Log in
log-out = Log out
open-mode = Open mode: nobody logs in here. Anyone can see the pages as any body.
represent = Whom do you represent?
represent-button = Choose
choose = Choose …
represent-hint = Organisation number, nine digits. Empty: the programme office.
to-front = To the front page
bad-address = The address or the form cannot be read.
bad-day = The day in the address cannot be read. Write it as 2021-06-01.
bad-organisation-number = That is not an organisation number: nine digits with the right check digit.

## Pages that cannot be shown

error-not-found = Not found
error-not-found-advice = There is nothing here that you can see. Check the address, or search for the municipality.
error-bad-input = That cannot be read
error-bad-input-advice = Something in the address or the form is not as it must be.
error-forbidden = No access
error-forbidden-advice = Your role gives no access to this page.
error-unavailable = Not available now
error-unavailable-advice = This cannot be answered right now. Try again shortly.
error-internal = Something went wrong
error-internal-advice = The fault is ours, and the log has it. Try again shortly.

## Figures and dates

not-applicable = not applicable
not-delivered = no data from the source
not-known = not known
not-stated = not stated
sum-in-part = at least { $known } ({ $missing } missing)
day = { $day } { $month } { $year }
instant = { $day } at { $time }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
last-heard = last heard from { $at }
never-heard = never heard from
never = never

## Words that several pages share

kind-voted = Voted
kind-applied = Applied for
kind-granted = Granted
kind-awarded = Awarded
kind-paid = Paid
kind-awarded-on-pot = Awarded on the programme's own post
kind-paid-on-pot = Paid on the programme's own post
left = Left to be paid
pot-difference = Sum of the shares less awarded
all = All
text = Text
sort = Sort by
filter-button = Show
filter-none = Remove filter
pages = More pages
page-previous = Previous page
page-next = Next page
sum-of-shown = Sum of what is shown
sum-of-shares = Sum of the shares
column-number = No.
column-scheme = Scheme
column-post = Chapter and post
column-owner = Directorate
column-share = Share
column-source = Source
column-year = Year
column-grant-year = Grant year
column-completeness = How whole
column-status = Status
column-date = Date
column-payer = Payer
column-reference = Reference
column-before = Before the programme
column-without = Without the programme
column-with = With the programme
column-difference = Difference
column-verdict = Verdict
column-name = Name
column-ministry = Ministry
column-accounts = State accounts
column-governor = County governor
column-kind = What
column-opened = Opened
column-received = Received
column-changed = Changed at the source
column-place = Place
column-reason = Reason
column-about = Concerns
column-seen = Seen
no-post = no post that year
no-scheme = The programme's own post, or scheme not known
no-record = no record at the source
recipient-unknown = Recipient cannot be told
reasons = Reasons
evidence = Evidence
what-next = What happens next
history = History
use-from = May be used from
use-until = May be used until

## Front page

front-title = What a municipality gets from the state, in one place
front-lead = Grants from several directorates to the same municipality, as one programme grant: what it is made of, what is paid, and what we do not know.
front-promise = What is missing is shown as missing. A part is never shown as the whole.
front-participants = Choose a municipality to see its programme grant.
waits-heading = What waits
waits-cases = Cases of double funding
waits-clearances = Clearances near their end
waits-sources = Sources that are silent or old
waits-nothing = Nothing waits.
sources-all-fresh = All sources were heard within their limit.
all-cases = All open cases
clearance-line = { $reference }: { $name }, { $year }, ends { $at }

## Search

search-title = Search for a municipality
search-hint = Write a name, a municipality number (a former one, too) or an organisation number.
search-none = No municipality has or had “{ $text }” as name or number.
search-count = { $count ->
    [one] { $count } municipality.
   *[other] { $count } municipalities.
}
search-more = There are more; narrow the search.

## A municipality

municipality-number = Municipality number { $number }
municipality-ended = The municipality exists no longer
organisation-number = organisation number { $number }
former-numbers = Former numbers
number-until = { $number } (until { $until })
municipality-menu = Pages of the municipality
tab-programme-grant = Programme grant
tab-awards = All grants
tab-payments = Payments
tab-comparison = Before and now
tab-eligibility = May we apply?
tab-coverage = What we do not see

## Programme grant

programme-grant-title = Programme grant { $year }: { $name }
the-number = Sum of the shares { $year }
missing-shares = Missing: { $schemes }.
known-so-far = Known so far: { $known }, which is not the whole.
shares-heading = What it is made of
shares-picture = The shares as parts of the sum, numbered as in the table. Shares that are missing are left out.
shares-caption = Shares in { $year }, with their source
years-heading = The years beside each other
years-caption = The programme grant year by year
no-part-in-programme = The municipality took no part in the programme.
no-grant-that-year = The municipality has no programme grant for { $year }: it took no part then, or the year is none of the programme's budget years.

## All grants

awards-title = All grants: { $name }
awards-caption = Applications and grants from all sources
awards-count = { $count ->
    [one] { $count } row.
   *[other] { $count } rows.
}
awards-left-out = { $count ->
    [one] { $count } row is in no sum: a share of the programme grant, or no longer listed by its source.
   *[other] { $count } rows are in no sum: shares of the programme grant, or no longer listed by their source.
}
awards-none = No grants match what is chosen.
status-vanished = { $status }, no longer listed
status-APPLIED = Applied
status-GRANTED = Granted
status-REFUSED = Refused
status-DISMISSED = Dismissed
status-WITHDRAWN = Withdrawn
status-PAID = Paid
status-REPAID = Repaid
status-IN_PROGRAMME = Share in the programme

## Payments

payments-title = Payments: { $name }
payments-caption = Payments from all sources, newest first
payments-none = No source states any payments.
payments-not-all = Only payments that a source states one by one. What is paid of a grant can be more.
next-payment = Next payment:
next-payment-why = None of the sources says when the next payment comes.

## Before and now

comparison-title = Before and now: { $name }
comparison-intro = No municipality was to be worse off with the programme than without it. “Before” is the last budget year before the programme, and informs only.
comparison-caption = Before, without and with the programme
worse-off = Worse off
not-worse-off = Not worse off
worse-off-unknown = Cannot be told: data are missing
breach = That breaks the programme's promise in { $years }.

## May we apply?

eligibility-title = May { $name } apply in { $year }?
eligibility-none = No schemes are known for that year.
comes-without-application = comes without an application
eligible-YES = Yes
eligible-NO = No
eligible-PARTLY = Partly
determination-RULE = By a rule, without application
determination-INVITATION = By invitation
determination-DISCRETIONARY = By application and discretion

## What we do not see

coverage-title = What we do not see in { $year }
coverage-intro = The state accounts say how much went to municipalities on each post. Here are the posts that no source here reports. What lies behind them for this municipality we do not know: the figures are for the whole country.
coverage-total = To municipalities by the state accounts, the whole country
coverage-heard = Of it known from the sources here
coverage-unheard = Of it not known
coverage-general = General grants, apart
coverage-picture = 1 is what the sources here report, 2 is what we do not see.
coverage-caption = Posts without a source here in { $year }, largest first; the whole country
coverage-none = No such posts, or the year's accounts have not come.
general-grant = general grant

## One award

award-title = { $scheme }, { $year }
vanished-since = The source no longer lists this grant, since { $at }. It is in no sum.
recipient-as-reported = Recipient as its source has it
decided-on = Decided on
also-reported-by = The same grant at other sources
versions-heading = Why did the figure change?
versions-caption = Each version that its source stated, newest first
changed-mark = changed
no-longer-listed = No longer listed by its source

## The programme

programme-title = { $name } { $year }
programme-period = From { $from } until { $until }; the money may be used until { $use }.
to-programmes = All programmes
rules-unknown = The rules are not published.
rules-unknown-means = Who takes part, from when and what the grant rules out is not known. A case officer must decide every application.
programmes-title = Programmes
programmes-caption = Programmes and what is known of them
programmes-name = Programme
programmes-rules = Rules
programmes-from = From
programmes-until = Until
programmes-use = Money may be used until
programmes-municipalities = Municipalities
programmes-schemes = Schemes
programmes-voted = Voted in { $year }
programmes-bound = Bound by earlier awards
programmes-free = Free
rule-state-PUBLISHED = The rules are published
rule-state-UNKNOWN = The rules are not published
programme-number = All municipalities in { $year }, sum of the shares
accounts-difference = Sum of the shares less the state accounts
participants = Municipalities in the programme
participants-caption = Shares, sum and paid for each municipality in { $year }
participants-none = No municipalities to show: none match, or your role does not see their figures.
paid-share = Paid of the sum
map-heading = How much of the sum is paid
map-title = Schematic map: how much of the programme grant is paid
map-caption = A tile for each municipality, in the table's order. The number is the percentage of the sum that is paid; ? means that it is not known.
no-budget-year = { $year } is none of the programme's budget years.
rules-heading = The rules

## Double funding

cases-title = Double funding
cases-intro = Found by comparing what the systems report with the programme and the clearances.
cases-caption = Cases, newest first
cases-none = No cases that you can see.
hold-back = To be held back
pay-back = To be paid back
case-title = { $kind }: { $municipality }
case-opened = Opened { $at }.
case-changed = Last changed { $at }.
evidence-caption = The grants side by side
evidence-none = It rests on no grants.
case-state-OPEN = Open
case-state-CONFIRMED = Confirmed
case-state-DISMISSED = Dismissed
case-state-SETTLED = Settled
case-kind-AWARD_TO_PARTICIPANT = Award to a participant
case-kind-APPLICATION_FROM_PARTICIPANT = Application from a participant
case-kind-AWARD_WITHOUT_CLAIM = Award without a clearance
case-kind-OVERLAPPING_PERIOD = Overlapping periods
case-kind-UNRESOLVED_RECIPIENT = Recipient not resolved
case-kind-POT_DIFFERENCE = The pot does not add up
case-kind-SOURCES_DISAGREE = Sources disagree
case-kind-ALLOCATION_DIFFERENCE = The share is not the one decided
case-decision-CONFIRM = It is double funding
case-decision-DISMISS = The case is dismissed
case-decision-SETTLE = The case is settled
case-next-OPEN = The directorate that owns the scheme decides whether it is double funding. Until then, what stands to be held back should not be paid.
case-next-CONFIRMED = What follows is not done yet: the amounts are to be held back or paid back, and the case settled.
case-next-DISMISSED = The case is closed. Nothing more happens.
case-next-SETTLED = The case is settled. Nothing more happens.

## Before an award

check-title = Before an award: may it be given?
check-intro = Ask before the decision. The question binds nobody, and nothing is written down.
check-button = Ask
check-answer = Answer
form-flaw = The form cannot be read:
form-recipient = Recipient
form-recipient-hint = Organisation number (nine digits) or municipality number (four).
form-amount = Amount in kroner
form-target = Target group
form-not-stated = Not stated
form-case = Case number
form-bad-year = The grant year is not a year.
form-bad-amount = The amount is not kroner and øre, such as 1 250 000 or 99,50.
target-CHILDREN_AND_YOUNG = Children and young (0–24)
target-ADULTS = Adults
target-ALL = All
target-OTHER = Other
outcome-CLEAR = Clear
outcome-BLOCKED = Blocked
outcome-NEEDS_CASE_OFFICER = A case officer must decide
outcome-UNDETERMINED = Not known now
outcome-next-CLEAR = Ask for a clearance of the same case before the decision becomes binding. The answer here is no clearance.
outcome-next-BLOCKED = The grant may not be given. Two people from two bodies can propose and approve an exception.
outcome-next-NEEDS_CASE_OFFICER = The rules cannot decide. Ask for a clearance; a case officer other than the asker decides.
outcome-next-UNDETERMINED = Something that the answer rests on is not known now. Ask again later; do not give the grant meanwhile.

## Sources

sources-title = Sources
sources-intro = The systems that the figures come from: how fresh and how whole what they said is.
source-state-FRESH = Fresh
source-state-STALE = Stale
source-state-INCOMPLETE = Incomplete
source-state-SILENT = Silent
source-heard = Last heard from
source-changed = Last something new
source-schemes = Schemes
source-records = Records
source-set-aside = Set aside
source-unresolved = Recipient not resolved
source-vanished = No longer listed
source-warnings = Odd, and not in the way
exclusions = Exclusions
set-aside-heading = Records that stand aside
set-aside-caption = Where they are and why they cannot be read

## About the figures

about-title = About the figures
about-kinds-heading = Kinds of amounts
about-voted = What Parliament voted on the post that year.
about-applied = What the municipality asked for.
about-granted = What the directorate decided to give.
about-paid = What is paid, repayments deducted where the source states them.
about-three-heading = Three things that never look alike
about-zero = The source states nil.
about-not-applicable = The source is whole and has no amount here.
about-not-delivered = We do not know: the source has not delivered, or it cannot be read.
about-whole-heading = How whole a sum is
about-whole = Complete: all sources were heard within their limit. Stale: all is known, but a source is older than its limit. Incomplete: a share is not known; then no sum is shown.
about-real-heading = What is real
about-real = The programme, its rules, the municipalities with all their numbers, the schemes and the state accounts are real. Where a notice stands at the top of the page, the amounts per municipality are made up.

## Roles and wholeness

role-PUBLIC = the public
role-MUNICIPALITY = municipality
role-COUNTY_GOVERNOR = county governor
role-DIRECTORATE = directorate
role-PROGRAMME_OFFICE = programme office
role-EVALUATOR = evaluator
role-OPERATOR = operator
completeness-COMPLETE = Complete
completeness-STALE = Stale
completeness-INCOMPLETE = Incomplete

## Deadlines

menu-deadlines = Deadlines
menu-data = Data and export
deadlines-title = Deadlines
deadlines-intro = Days by which something must be done, as the programme files and the back-office systems state them, with who says so. That a participant may not apply does not take the day away: “May we apply?” answers that.
deadlines-coming = Deadlines to come
deadlines-coming-caption = Deadlines from { $today } on, the nearest first
deadlines-coming-none = No deadlines from { $today } on among these.
deadlines-passed = Deadlines that have passed
deadlines-passed-caption = Deadlines before { $today }, the latest first
deadlines-passed-none = No deadlines before { $today } among these.
deadline-kind-APPLICATION = Application
deadline-kind-USE_UNTIL = Last day to use the pot
deadline-of-pot = the pot, not a scheme
deadline-everybody = Everybody
deadline-today = today
deadline-in-days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
deadline-passed = passed
deadline-line = { $day } ({ $until })
column-when = When
column-said-by = Said by
waits-deadlines = Deadlines to come
all-deadlines = All deadlines
bad-year = The year in the address cannot be read. Write it as 2021.

## Files and other ways to the data

files-heading = Download
files-intro = The files have the rows of the page, with the choice in its address, and in each of them source, age and what is missing. They are in Norwegian.
file-csv = CSV
file-csv-hint = for Norwegian spreadsheets: semicolon and decimal comma
file-datapackage = Data package
file-datapackage-hint = describes the CSV and what is missing in it (Frictionless)
file-json = JSON
file-json-hint = for programs
file-xlsx = XLSX
file-xlsx-hint = a workbook for Excel and LibreOffice
file-360giving = 360Giving
file-360giving-hint = grants that were made, in the form of 360Giving
file-json-stat = JSON-stat
file-json-stat-hint = a cube for statistical tools
file-ics = iCalendar
file-ics-hint = for your calendar
file-dcat = DCAT-AP-NO
file-dcat-hint = for catalogues of data (JSON-LD)
data-title = Data and export
data-lead = All that the pages show can be downloaded, or fetched by other programs, within what you yourself may see.
data-files = Files
data-files-intro = Here are the whole lists. On the pages you can download just what is shown there.
data-files-caption = What can be downloaded, and in which formats
data-column-what = What is in the file
data-column-files = Formats
data-none-here = This gateway is not set up with a catalogue.
data-filters = A list can be narrowed in its address: “aar” for the year, “kommune” for a municipality number or organisation number, “ordning” for the scheme. The address always ends in the format.
data-awards = Applications and awards
data-awards-what = Each application and award once, with recipient, payer, source and decision.
data-pots = Programme grants
data-pots-what = The pot of each participant and year, share by share, with what is missing.
data-payments = Payments
data-payments-what = Each payment that a source dates, with its reference.
data-cases = Double funding
data-cases-what = Cases, with amounts to hold back and to pay back.
data-coverage = Coverage
data-coverage-what = What reached the municipalities by the state accounts, post by post, and what of it the sources here report.
data-deadlines = Deadlines
data-deadlines-what = Days by which something must be done, with who says so.
data-allocations = Allocations
data-allocations-what = What each municipality receives of each scheme by the programme’s allocations, version by version, with unit, method and tie rule.
data-catalogue = Catalogue
data-catalogue-what = The description of the data sets and the interface, for data.norge.no and other catalogues.
data-in-each = What stands in each file
data-in-each-age = When the file was made, for whom, when each source was last heard, and what is missing.
data-in-each-states = Beside each amount stands its state. An empty amount is never 0 kr.
data-in-each-amounts = Amounts are kroner with two decimals. No column counts anything twice.
data-in-each-harmless = In CSV, a text that could be taken for a formula has an apostrophe in front. The data package says so.
data-who = Who sees what
data-reach-PUBLIC = The programmes, the schemes, the deadlines, the sources’ age and decided totals. No single awards.
data-reach-MUNICIPALITY = All that concerns the municipality itself.
data-reach-COUNTY_GOVERNOR = The municipalities of its county.
data-reach-DIRECTORATE = Its own schemes in full, those of others as far as the check before an award needs.
data-reach-PROGRAMME_OFFICE = Everything.
data-reach-EVALUATOR = Decided figures.
data-ways = Other ways to the same
data-api = The interface. Ask by POST or GET; streams by WebSocket or SSE. Its address is
data-graphiql = Try queries in the browser. At the foot of each page stands the query behind it.
data-schema = The schema (SDL)
data-schema-what = All types and fields with what they mean, for generators of code and tools.
data-calendar = The deadlines in your calendar program, at an address that can be revoked.
data-command = The command line
data-command-what = The same files, made where the gateway runs. No source is asked anew.
data-licence = Licence and sources
data-licence-none = No licence is stated for this gateway. Ask whoever runs it before you use the figures elsewhere.
data-publisher = { $name } answers for the data.
data-contact = Contact:
data-sources-licence = The municipalities’ numbers and names are Statistics Norway’s (KLASS). The state accounts are those of the Norwegian Agency for Public and Financial Management. Awards and payments are from each directorate’s own system.

## The calendar

calendar-title = Deadlines in the calendar
calendar-way = Get the deadlines in your calendar
calendar-lead = The deadlines can stand in your calendar program and keep themselves up to date.
calendar-open = Open file
calendar-open-what = The deadlines are public. Anybody may download the file, or subscribe to it without logging in:
calendar-own = An address of your own
calendar-own-what = An address of your own works without logging in and can be revoked. A municipality’s leaves out the deadlines that are other participants’ alone. It gives access to nothing but deadlines, which are public.
calendar-make = Make a new address
calendar-made = The new address
calendar-made-once = Copy it now: it is shown only this once. The gateway keeps nothing but a hash of it.
calendar-made-next = Paste it into the calendar program as a subscription. The program fetches it by itself, mostly once a day. When you no longer need it, revoke it below.
calendar-standing = Addresses that work now
calendar-none = The body has no addresses.
calendar-caption = Addresses that your body has made, the newest first
calendar-column-made = Made
calendar-column-id = Mark
calendar-revoke = Revoke
calendar-revoke-one = Revoke the address that was made { $made }
calendar-revoke-what = An address that is revoked stops working at once, for all who have it. It cannot be taken into use again; make a new one instead.
calendar-needs-body = Log in on behalf of a body to make an address of your own.
calendar-too-many = The body already has { $count } addresses and may have no more. Revoke one first.

## The accessibility statement

statement = Accessibility statement
statement-what = Norwegian public bodies must have an accessibility statement at uustatus.no. It says which requirements of universal design these pages meet and do not meet, and where to report what is wrong.
statement-read = Read the statement
statement-none = Whoever runs this gateway has not stated one.
## Refusals of the interface, as pages

error-login-refused = The login was not completed
error-login-refused-advice = You are not logged in. What you can see without logging in, you see as before.
error-login-unavailable = Logging in is not possible now
error-login-unavailable-advice = Who is logged in cannot be told right now. Try again shortly.
error-form-refused = The form was not accepted
error-form-refused-advice = It was not sent from a page of this session. Nothing was changed. Open the page again and send the form from there.
error-session-required = You must be logged in
error-session-required-advice = Nobody is logged in here, or the session has ended.
error-method = That cannot be done here
error-method-advice = The address exists, but does not take what was sent. Go to the page again and begin from there.
login-flaw-not-begun = No login was begun in this browser, or it was completed already.
login-flaw-state = The answer is to another login.
login-flaw-too-late = It took longer than ten minutes.
login-flaw-issuer = The answer comes from elsewhere than where you were sent to log in.
login-flaw-denied = You were not let in, or you cancelled.
login-flaw-no-code = The answer lacks what was to prove the login.
login-flaw-code = The login was not accepted; it may have been used before.
login-flaw-no-id-token = It was not said who logged in.
login-flaw-id-token = What was said of who logged in is not believed.
login-anew = Log in again
refusal-code = Code
refusal-reference = Reference, if you ask us about this
## The county governor's overview, the sources' ages, the printed page

menu-overview = County overview
overview-title = County overview
overview-intro = Municipalities, schemes and years together: what each scheme contributes to the programme grant in { $programme }, what is paid, and what is missing.
overview-municipalities = Municipalities
overview-municipality = Municipality
overview-participants = Participants only
overview-only = Only with
overview-with-gaps = Missing figures
overview-with-cases = Open cases
overview-number = Municipality number
overview-gaps = Missing shares
overview-cases = Open cases
overview-count = { $count ->
    [one] One municipality.
   *[other] { $count } municipalities.
}
overview-open-cases = { $count ->
    [0] No open cases of double funding.
    [one] One open case of double funding.
   *[other] { $count } open cases of double funding.
}
overview-to-cases = See the open cases
overview-cases-count = { $count ->
    [one] one open case
   *[other] { $count } open cases
}
overview-cases-past = Cases are shown as they are now only, not as of an earlier day.
overview-cases-unseen = Cases of double funding are not shown to you.
overview-public = The figures of each municipality are shown to itself, its county governor, the directorates and the programme office. What is public stands here: the sums of the whole programme.
overview-years-caption = Sums of the municipalities chosen, the whole programme, and how much of the state accounts the sources here see in the whole country
overview-grants = Municipalities with a grant
overview-whole = Sum of the whole programme
overview-whole-paid = Paid in the whole programme
overview-coverage-heading = Coverage in the whole country
overview-coverage = { $share }%: { $heard } of { $total }
overview-nothing = none are shown
overview-spread = from { $lowest } to { $highest }%, the middle { $median }% (known for { $known } of { $all })
overview-no-spread = not known for any
overview-table-heading = Municipality by municipality
overview-caption = Share of the programme grant from each scheme, the sum of the shares, and what is paid on the programme’s own post
overview-none = No municipality fits the choices.
overview-gap = missing
overview-no-part = takes no part
overview-unseen = no figures that you may see: took no part that year, or is beyond what you may see
overview-unseen-share = not for you to see
overview-stale = { $sum } (old)
overview-legend-zero = 0 kr: the source states nought.
overview-legend-na = : the source is whole and has no amount here.
overview-legend-gap = : data missing from the source; the sum is then not known.
overview-sums = Sum of all that are chosen
overview-all-rows = Show all { $count } on one page
overview-map-caption = A tile for each municipality of the table above that has a grant, in the same order, with its name or number. The figure is how many per cent of the sum are paid in the years shown: five steps from light to dark. ? means that it is not known.
programme-to-overview = See all municipalities, schemes and years in the county overview
programme-gaps = What is missing, and whose
programme-years-caption = The whole programme year by year: voted, the sum of the shares, awarded and paid on the programme’s own post, and what the state accounts say
timeline-heading = How old the sources are
timeline-title = Timeline: when each source was last heard, and when it last said something new
timeline-caption = Now is { $now }, at the right. The circle is when the source was last heard, the square when it last said something new; ? is never. The farther back, the closer the distances. The numbers stand in the table.
timeline-table = The sources by number: state and age
age-mark-now = now
age-mark-minute = 1 min
age-mark-hour = 1 h
age-mark-day = 1 day
age-mark-week = 1 wk
age-mark-month = 1 mo
age-mark-year = 1 yr
age-seconds = { $count ->
    [0] now
    [one] one second ago
   *[other] { $count } seconds ago
}
age-minutes = { $count ->
    [one] one minute ago
   *[other] { $count } minutes ago
}
age-hours = { $count ->
    [one] one hour ago
   *[other] { $count } hours ago
}
age-days = { $count ->
    [one] one day ago
   *[other] { $count } days ago
}
exclusions-wanted = Should stand
exclusions-standing = Stand
exclusions-failing = Do not stand
exclusions-unknown = May stand
exclusions-kept = Last in order
exclusions-tried = Last looked after
exclusions-whole = All exclusions stand.
exclusions-not-whole = Not all exclusions stand.
exclusions-foreign = Exclusions that others have set
exclusions-foreign-one = { $whom }: { $subject }, from { $from } until { $until }
set-aside-more = And { $count } more.
source-inside-unseen = Errors, exclusions and records that stand aside are shown to the directorate that owns the source, and to the programme office.
printed = The figures as known on { $at }. From programgrant, { $address }.
## What has changed

changes-title = What has changed in { $year }: { $name }
changes-back = Programme grant { $year }
changes-label = Show changes since
changes-button = Show changes
changes-choose = Choose a day to see what the sources have said anew after it.
changes-heading = Changed since { $day }
changes-explained = All that the sources have said anew after { $day }, newest first, with what held before.
changes-pot-before = Sum of the shares on { $day }
changes-pot-now = Sum of the shares now
changes-pot-difference = Change of the sum
changes-none = No source has said anything new since { $day }.
changes-bad-day = Choose a day before today, written as 2026-06-01.
change-received = Received { $at }
change-said-at = Changed at the source: { $at }
change-was-not-there = was not there
change-before = before:
change-now = now:
nothing-missing = Nothing is missing: all shares are known
years-menu = Choose a year
## Commands: what all forms share

menu-claims = Claims
error-too-large = That is too large
error-too-large-advice = A list may have at most 1 MiB, the form included. Nothing was read. Split the list, and ask for one part at a time.
not-done = Not done.
step-does = What this does
step-until = Until when
step-next = What happens next
step-who = Who decides
step-when = By when
step-meanwhile = What to do meanwhile
no-end = no time limit
have-read = I have read what this does.
form-not-read = Tick that you have read what this does.
form-no-decision = Choose a decision.
command-reason = Reason
command-decision = Decision
column-by = By

## Before an award: asking for a clearance

check-anew = Ask something else
request-title = Ask for a clearance
request-button = Ask for a clearance
request-again = Ask again with the same claim
request-undecided = The claim is written down, but cannot be decided now.
request-see = See the claim
request-pending = The place is reserved. Ask again with the same form shortly.
request-pending-until = The place is reserved until { $at }. Ask again with the same form before then; otherwise the claim lapses.
request-not-yours = Only { $body } can ask for a clearance under this scheme.
request-does-CLEAR = { $amount } from { $scheme } in { $year } to { $recipient } is reserved in the ledger. Nobody else can be cleared for the same meanwhile.
request-does-NEEDS_CASE_OFFICER = { $amount } from { $scheme } in { $year } to { $recipient } is reserved in the ledger. Nobody else can be cleared for the same meanwhile.
request-does-UNDETERMINED = { $amount } from { $scheme } in { $year } to { $recipient } is reserved in the ledger. Nobody else can be cleared for the same meanwhile.
request-does-BLOCKED = A claim for { $amount } from { $scheme } in { $year } to { $recipient } is written down as denied, with the rule. Nothing is reserved.
request-until-CLEAR = Until you confirm or give it back, or until the time limit that the claim will show.
request-until-NEEDS_CASE_OFFICER = Until a case officer has decided, or you give the claim back.
request-until-UNDETERMINED = For two minutes at a time, as long as you ask again.
request-until-BLOCKED = Nothing is held.
request-next-CLEAR = Sources and rules are read anew. If the answer is still clear, the claim's page has the clearance, and you confirm there before the award becomes binding.
request-next-NEEDS_CASE_OFFICER = The claim waits for a case officer, who allows or refuses with a reason.
request-next-UNDETERMINED = Sources and rules are read anew. If it still cannot be decided, you ask again with the same form.
request-next-BLOCKED = Two people from two other bodies can propose and approve an exception on the claim's page.
request-who-CLEAR = The rules, at once.
request-who-NEEDS_CASE_OFFICER = A case officer of the directorate that owns the scheme, but not you.
request-who-UNDETERMINED = The rules, once what the answer rests on is known.
request-who-BLOCKED = The rule has decided.
request-meanwhile-CLEAR = Let the award wait until the clearance is confirmed.
request-meanwhile-NEEDS_CASE_OFFICER = Do not give the grant.
request-meanwhile-UNDETERMINED = Do not give the grant.
request-meanwhile-BLOCKED = Do not give the grant.
last-receipt = Last receipt
last-receipt-label = The last receipt that you were given
last-receipt-hint = Shows that the ledger has forgotten nothing since. Empty: none.

## Before an award: a list of applicants

list-link = Ask about a whole list
list-title = Before awards: a list of applicants
list-intro = Paste or upload the list as your spreadsheet saves it. Each line gets its answer. These are questions: nothing is reserved or written down.
list-back = Ask about one applicant
list-flaw = The list cannot be read:
list-caption = Answers for each line, in the list's order
list-line = Line
list-whole = The whole answer for line { $line }
list-next = Ask for a clearance for each applicant before its award becomes binding. Correct the lines that cannot be read, and ask again.
list-bad-line = Cannot be read
list-no-lines = The list has no lines below its header.
list-paste = Paste the list
list-columns = The first line is the header, in Norwegian or English: organisation number or municipality number, scheme (or chapter and post), year, amount; target group, from, until, activity and case reference where there are any. Semicolons, tabs or commas between.
list-file = Or upload a file
list-file-hint = CSV, at most 1 MiB and 500 lines.
list-year = Grant year where the line does not say
list-scheme = Scheme where the line does not say
list-both = You have both pasted and uploaded. Choose one of the two.
list-empty = It is empty.
list-too-long = It has { $count } lines; at most { $most } can be asked about at a time. Split it.
list-quotes = The quotes on line { $line } do not match.
list-encoding = The encoding is none of UTF-8, UTF-16 and Windows-1252.
list-twice = The header has two columns for the same: “{ $one }” and “{ $other }”.
list-no-recipient = The header has no column for the recipient (orgnr or kommunenummer).
list-no-amount = The header has no column for the amount (beløp).
list-no-year = The header has no column for the year (år), and the form does not say.
list-no-post = The header has only one of chapter and post.
list-no-scheme = The header has no column for the scheme (ordning, or kapittel and post), and the form does not say.

## Claims

claims-title = Claims
claims-intro = Claims for a clearance that you may see.
claims-caption = Claims, with status and time limit
claims-none = No claims that you can see.
claim-title = Claim { $reference }: { $name }
claim-amount = Amount asked for
claim-asked-by = Asked by
claim-asked-at = Asked
claim-award = The award's reference
claim-ends = Time limit
claim-all-awards = All grants to the municipality
claim-history-caption = What has become of the claim, oldest first
receipt-title = Receipt
receipt-why = It shows how far the ledger had come. Keep it, and send it along the next time you ask for a clearance: if the ledger has forgotten anything since, that comes out. The browser remembers the last one until it is closed.
claim-state-REQUESTED = Reserved, not decided
claim-state-HELD = Waits for a case officer
claim-state-CLEARED = Cleared
claim-state-DENIED = Denied
claim-state-CONFIRMED = Confirmed
claim-state-PAID = Paid
claim-state-REVERSED = Reversed
claim-state-RELEASED = Given back
claim-state-EXPIRED = Expired
claim-state-QUARANTINED = In quarantine
claim-next-REQUESTED = The answer is not known yet. Whoever asked asks again with the same form; otherwise the claim lapses at the time limit.
claim-who-REQUESTED = The rules, once what the answer rests on is known.
claim-meanwhile-REQUESTED = Do not give the grant. Nobody else is cleared for the same meanwhile.
claim-next-HELD = A case officer allows or refuses, with a reason.
claim-who-HELD = A case officer of the directorate that owns the scheme, or the programme office; not whoever asked.
claim-meanwhile-HELD = Do not give the grant. The place is reserved.
claim-next-CLEARED = The clearance is confirmed before the award becomes binding, or given back. If neither is done, it ends at the time limit.
claim-who-CLEARED = Whoever asked.
claim-meanwhile-CLEARED = Let the award wait until the clearance is confirmed. Nobody else is cleared for the same.
claim-next-DENIED = The grant may not be given. Two people from two bodies that did not ask can propose and approve an exception.
claim-who-DENIED = Decided. An exception takes two other bodies.
claim-meanwhile-DENIED = Do not give the grant.
claim-next-PROPOSED = An exception is proposed and waits for its second person. Without approval by the time limit it is void.
claim-who-PROPOSED = A person from another body than the one that proposed and the one that asked.
claim-meanwhile-PROPOSED = Do not give the grant.
claim-next-CONFIRMED = The award may become binding and holds the place. Once its source reports payment, the claim is marked as paid.
claim-who-CONFIRMED = Decided.
claim-meanwhile-CONFIRMED = Give the claim back if the award is reversed after all.
claim-next-PAID = Its source has reported the award as paid. Nothing more happens.
claim-who-PAID = Decided.
claim-meanwhile-PAID = Give the claim back if the award is reversed and paid back.
claim-next-QUARANTINED = The clearance ran out, and the award may be binding nonetheless. If it was made, it is confirmed; if not, two people from two bodies have to say so.
claim-who-QUARANTINED = Whoever asked, or two people from two other bodies.
claim-meanwhile-QUARANTINED = Find out whether the award was made. The place is reserved.
claim-next-RELEASED = The claim is given back, and the place is free. Nothing more happens.
claim-who-RELEASED = Decided.
claim-meanwhile-RELEASED = Do not give the grant on this claim. If it is to be given after all, ask for a clearance anew.
claim-next-EXPIRED = The clearance was not confirmed in time, and the place is free. Nothing more happens.
claim-who-EXPIRED = Decided.
claim-meanwhile-EXPIRED = Do not give the grant on this claim. Ask for a clearance anew.
claim-next-REVERSED = The award is reversed, and the place is free. Nothing more happens.
claim-who-REVERSED = Decided.
claim-meanwhile-REVERSED = What was paid is to be claimed back.

## Commands on a claim

command-reference = The award's reference in your own system
command-reference-hint = The same that the award has in its source.
command-awarded = Amount awarded in kroner
command-from = May be used from (if stated)
command-until = May be used until (if stated)
command-basis = Legal basis
exception-title = Exception
exception-proposed = Proposed by
exception-approved = Approved by
exception-by-nobody = nobody
bekreft-title = Confirm the clearance
bekreft-button = Confirm
bekreft-does = The award of { $amount } for { $year } is entered as made, and holds the place without a time limit. Amount, year and period must be those that were cleared.
bekreft-does-quarantined = The award of { $amount } for { $year } is entered as made on the clearance before it ran out. The quarantine ends.
bekreft-next = The award may become binding. Once its source reports payment, the claim is marked as paid.
bekreft-next-quarantined = The award may become binding. Once its source reports payment, the claim is marked as paid.
bekreft-meanwhile = Confirm first, and let the award become binding afterwards.
bekreft-meanwhile-quarantined = Confirm only what was in fact awarded.
gi-tilbake-title = Give back
gi-tilbake-button = Give the claim back
gi-tilbake-does = The grant will not be given. The place is free for others at once.
gi-tilbake-does-made = The award of { $amount } is entered as reversed. The place is free for others at once.
gi-tilbake-next = The claim cannot be taken up again. If the grant is to be given after all, a clearance has to be asked for anew.
gi-tilbake-next-made = The claim cannot be taken up again. What was paid is to be claimed back.
gi-tilbake-meanwhile = Do not give the grant.
gi-tilbake-meanwhile-made = Reverse the award in your own system.
avgjor-title = Decide
avgjor-button = Decide the claim
avgjor-does = The claim of { $body } for { $amount } in { $year } gets your answer. What no case officer may decide is judged by the rules first.
avgjor-next = Allowed: { $body } has the clearance, with a time limit. Refused: the place is free.
avgjor-meanwhile = Whoever asked may not decide.
decide-ALLOW = Allow
decide-does-ALLOW = The claim is cleared.
decide-REFUSE = Refuse
decide-does-REFUSE = The claim is denied, and the place free.
foresla-unntak-title = Propose an exception
foresla-unntak-button = Propose the exception
foresla-unntak-does = You propose that { $body } may give { $amount } for { $year } in spite of the rule. The proposal is written down with your body, the reason and the legal basis.
foresla-unntak-does-quarantined = You propose that the quarantine ends because the award was not made. The proposal is written down with your body, the reason and the legal basis.
foresla-unntak-next = A person from a third body can approve within seven days. Otherwise the proposal is void.
foresla-unntak-next-quarantined = A person from a third body can approve within seven days. Otherwise the proposal is void.
foresla-unntak-meanwhile = The grant may not be given before the exception is approved.
foresla-unntak-meanwhile-quarantined = The place is reserved until the exception is approved.
godkjenn-unntak-title = Approve the exception
godkjenn-unntak-button = Approve
godkjenn-unntak-does = { $body } is cleared for { $amount } in { $year } in spite of the rule. What stands in the way stays in sight.
godkjenn-unntak-does-quarantined = The quarantine ends, and the place is free.
godkjenn-unntak-next = { $body } confirms before the time limit of the proposal; otherwise the clearance ends.
godkjenn-unntak-next-quarantined = The claim cannot be taken up again.
godkjenn-unntak-meanwhile = Read the reason and the legal basis under “Exception” before you approve.
godkjenn-unntak-meanwhile-quarantined = Find out that the award was not made before you approve.

## Double funding: the decision

case-decide-title = Decide the case
case-decide-button = Decide the case
case-decide-does = The decision is written down with your body and the reason, and stands in the history. It moves no money: the directorate does that in its own system.
case-decide-CONFIRM = The finding holds
case-decide-does-CONFIRM = The case stands until the amounts are held back or paid back, and it is settled.
case-decide-DISMISS = The finding does not hold
case-decide-does-DISMISS = The case is closed. It opens again only if its facts change.
case-decide-SETTLE = The case is settled
case-decide-does-SETTLE = What stood to be held back or paid back has been. The case is closed.
case-who-owner = { $body }, which owns the scheme, or the programme office.
case-next-office = The programme office decides whether the finding holds.
case-who-office = The programme office.
case-who-nobody = Decided.
case-meanwhile-OPEN = Do not pay what stands under “To be held back”.
case-meanwhile-CONFIRMED = Hold back and claim back the amounts above.
case-meanwhile-DISMISSED = Nothing.
case-meanwhile-SETTLED = Nothing.
case-by-comparison = the reconciliation
case-history-caption = What has become of the case, oldest first

## Why a command was refused

refused-other = The interface did not take it:
refused-MISSING_ARGUMENT = Something is missing in what is stated.
refused-INVALID_YEAR = No grants are given for that year.
refused-INVALID_ORGANISATION_NUMBER = That is not an organisation number.
refused-INVALID_MUNICIPALITY_NUMBER = That is not a municipality number.
refused-INVALID_ARGUMENT = A text is blank or too long.
refused-INVALID_AMOUNT = The amount is not above zero.
refused-INVALID_PERIOD = The period of use does not hold.
refused-LEDGER_UNREACHABLE = The ledger cannot be reached now. Whether it was done is not known. Send the same form again: it is done once.
refused-UNKNOWN_CLAIM = There is no such claim, or it is another's.
refused-FENCE_MISMATCH = The claim has moved on since the page was opened. Read what stands now before you go on.
refused-CLEARANCE_EXPIRED = The clearance has expired. Ask for a clearance anew.
refused-WRONG_STATE = As the claim stands now, that cannot be done.
refused-AMOUNT_DIFFERS = The amount is another than was cleared.
refused-YEAR_DIFFERS = The year is another than was cleared.
refused-PERIOD_DIFFERS = The period of use is another than was cleared.
refused-IDEMPOTENCY_CONFLICT = This form was sent before with other content. Send it once more, and it is a new claim.
refused-INVALID_RECEIPT = The receipt is none that this ledger has given. Correct it, or leave the field empty.
refused-LEDGER_BEHIND = The ledger was restored from an older copy and is not reconciled. Do not give the grant; the operator has to reconcile first.
refused-ASKER_MAY_NOT_DECIDE = Who decides may not be who asked.
refused-TWO_BODIES_REQUIRED = An exception takes two people from two bodies, neither of them the asker's.
refused-NO_PROPOSAL = No exception is proposed for the claim as it stands.
refused-PROPOSAL_VOID = The proposal is older than seven days and void.
refused-SLOT_TAKEN = Another exception holds the slot.
refused-NOT_PERMITTED = A rule that cannot be decided away stands against it.
refused-UNKNOWN_CASE = There is no such case, or you may not see it.
refused-CASE_CLOSED = The case is decided already.

## Lists of one municipality, and report deadlines

narrowed-label = Municipality number
narrowed-to = Only what concerns { $municipality }.
narrowed-pages = The municipality's pages
narrowed-all = Show all municipalities
bad-municipality = The municipality in the address must be four or nine digits.
deadline-kind-REPORT = Report due
deadline-kind-YEARLY_REPORT = Yearly report to the programme
report-due = Report due

## What is refused around the pages

error-late = The answer took too long
error-late-advice = Whether anything was carried out is not known. If you sent a form, send the same one again: it is carried out once.
error-not-in-time = It did not come in time
error-not-in-time-advice = The request did not come whole within the limit. Nothing was read. Try again.
error-body-too-large = That is too large
error-body-too-large-advice = What was sent is larger than is taken. Nothing was read.

## Allocation

menu-allocations = Allocation
allocations-title = The allocation of the programme
allocations-intro = Every year a frame is shared among the municipalities that take part. Each version stands here: drafts, proposals, consultations, decisions and corrections. No version disappears.
allocations-caption = Versions of the allocation, newest first
allocations-none = No allocation has been presented yet.
allocation-name = { $year }, version { $number }
allocation-title = Allocation { $year }, version { $number }
column-version = Version
column-sum = Sum
column-figure = Figure
column-value = Value
column-counted = Counted
allocation-frame = Frame
allocation-added = { $amount } was added to the frame, so that nobody is worse off.
allocation-floor = The floor
allocation-before = Before
allocation-after = Now
allocation-difference = Change
allocation-held = Held against what the systems report
allocation-held-agree = { $count } shares are reported as they were decided.
allocation-held-caption = Shares that are reported otherwise than decided, or are not delivered
allocation-held-decided = Decided
allocation-held-reported = Reported
allocation-held-cases = A difference between known amounts is a case
allocation-table = Who receives what
allocation-table-caption = What each municipality receives, scheme by scheme
allocation-method = How it is worked out
allocation-state-DRAFT = Draft
allocation-state-PROPOSED = Proposed
allocation-state-CONSULTATION = In consultation
allocation-state-DECIDED = Decided
allocation-state-CORRECTED = Corrected by a later decision
allocation-state-WITHDRAWN = Withdrawn
allocation-next-DRAFT = The programme office presents it as a proposal.
allocation-next-PROPOSED = The programme office consults on the proposal or decides it.
allocation-next-CONSULTATION = Those concerned may comment. Every comment must be answered before the decision.
allocation-next-DECIDED = The allocation is in force. A mistake is corrected by a new version beside this one.
allocation-next-CORRECTED = A later version is in force instead.
allocation-next-WITHDRAWN = The version will not be decided.
allocation-decided = Decided { $at } by { $body }, reference { $reference }.
allocation-corrects = Corrects a version that was decided before
allocation-corrected-by = This version was corrected. See the one in force.
allocation-draft-title = Put up a draft
allocation-draft-does = Amounts are worked out from the plan and the figures. Only the programme office sees the draft. Where the year is decided, the draft is a correction of the decision.
allocation-draft-button = Make a draft
allocation-plan = Plan
allocation-plan-hint = Empty: the plan that this service was set up with.
allocation-no-year = Choose a year.
allocation-comments = Comments
allocation-comment = Your comment
allocation-answer = Answer
allocation-until = Last day for comments
decision-reference = Reference in the archive
allocation-do-foresla = Present the proposal
allocation-do-hor = Open a consultation
allocation-do-merknad = Send the comment
allocation-do-svar = Answer the comment
allocation-do-vedta = Decide the allocation
allocation-do-trekk = Withdraw the version
allocation-cause-INPUT = From changed figures
allocation-cause-RULE = From a changed frame and rules
allocation-cause-FLOOR = From the floor
allocation-cause-ROUNDING = From rounding
explanation-title = { $name }: allocation { $year }, version { $number }
explanation-1 = 1. The figures
explanation-1-caption = What the amount rests on
explanation-2 = 2. The rule
explanation-3 = 3. The calculation
explanation-4 = 4. The table for everybody
explanation-4-link = See what everybody receives
explanation-5 = 5. Changed since the version before
explanation-thresholds = Distance to the thresholds
explanation-causes-unknown = What the change comes from is unknown.
explanation-no-change = There is no earlier version to compare with.
explanation-none = The amount cannot be worked out again to the same øre. What was decided stands.
threshold-reached = Reached. With { $count } fewer it is not. { $amount } is at stake.
threshold-missed = Not reached. With { $count } more it is. That would have given { $amount }.
threshold-YES = Reached.
threshold-NO = Not reached.
threshold-UNKNOWN = Unknown, because a figure is missing. That is not the same as below.
figure-missing-NOT_POSSIBLE = cannot exist
figure-missing-NOT_AVAILABLE = is not there
figure-missing-NOT_YET = is not there yet
figure-missing-CONFIDENTIAL = is not shown, so that nobody is recognised
figure-missing-ABSENT = is not in the source
figure-missing-NOT_COMPARABLE = is of other borders
figure-corrected = (corrected; the source has { $before })
figure-made-up = (made up)
figure-read = read { $day }
what-if-link = What if frame, weights or participants were others?
what-if-title = What if? Allocation { $year }
what-if-not-decided = This is not decided.
what-if-address = It is worked out when the page is opened, and not kept. The page's address gives the same answer again.
what-if-frame = Frame in kroner
what-if-with = With these municipalities, too
what-if-without = Without these municipalities
what-if-numbers = Municipality numbers or organisation numbers, with commas between.
what-if-weights = Other weights
what-if-weights-hint = One on each line: scheme, indicator, weight. A scheme's weights must be 1 together.
what-if-button = Work it out
what-if-compared = Compared with the decided allocation
what-if-compared-plan = Compared with the plan unchanged.
what-if-bad-frame = The frame cannot be read. Write kroner, such as 41 600 000.
what-if-bad-weight = A weight cannot be read. Write scheme, indicator and weight on each line.
refused-TEXT_MISSING = A text is missing.
refused-UNKNOWN_RECORD = It does not exist, or you cannot see it.
refused-ALLOCATION_DECIDED = The year is decided. A new version must say that it corrects the decision.
refused-NOTHING_TO_CORRECT = What is to be corrected is not the decided allocation of the year.
refused-FIGURE_MISSING = An amount is unknown because a figure is missing. What is unknown cannot be decided.
refused-COMMENT_UNANSWERED = A comment has no answer.
refused-CONSULTATION_OPEN = The consultation is not over.
refused-CONSULTATION_CLOSED = There is no consultation now.
refused-ALREADY_ANSWERED = It was answered already.
refused-DEADLINE_PASSED = The deadline has passed.
refused-YEAR_OUTSIDE_PROGRAMME = The programme has no budget that year.

## Participation

menu-participation = Participation
participation-title = Participation in the programme
participation-intro = The county governor announces, municipalities apply, the resource group assesses, the county governor chooses. A participation begins and ends by decision, and holds at once in all systems.
announcements-caption = Announcements, newest first
announcements-none = Nothing has been announced yet.
announcement-title = Announcement: { $region }
announcement-text = The announcement
announcement-deadline = Deadline
announcement-made = Announced
announcement-region = The county governor's organisation number
announcement-open = Open for applications
announcement-assessing = Applications are being assessed
announcement-selected = The choice is made
announce-title = Announce
announce-does = Everybody sees the announcement. The region's municipalities can apply until the deadline.
announce-button = Announce
announcement-year = For the year
announcement-year-hint = Municipalities sign up for one year at a time.
end-title = End a participation
end-does = The municipality is out of the programme after the last day, in all systems. Claims that it had stay as they were.
end-municipality = Municipality number or organisation number
end-day = Last day
end-day-hint = Empty: the participation is annulled, as if it had never been.
end-button = End the participation
applications = Applications
applications-none = There are no applications here that you can see.
application-state-SUBMITTED = Submitted
application-state-WITHDRAWN = Withdrawn
application-state-CHOSEN = Chosen
application-state-CONDITIONALLY_CHOSEN = Chosen, on condition of the council's decision
application-state-NOT_CHOSEN = Not chosen
application-challenges = Local challenges
application-progress = How far the work has come
application-motivation = Motivation and capacity
inhabitants = { $count } inhabitants
inhabitants-unknown = number of inhabitants unknown
council = The council's decision
council-decided = { $reference }, { $day }
council-missing = missing; it may follow later
council-reference = The council's decision, case number
council-day = Day of the decision
council-may-follow = May follow later. A choice without it is conditional.
council-button = Add the decision
recommendation = Advice
recommendation-RECOMMENDED = Recommended
recommendation-RECOMMENDED_WITH_DOUBT = Recommended with doubt
recommendation-NOT_RECOMMENDED = Not recommended
assessment = Assessment
assess-button = Send the assessment
rank-title = Rank the others' applications
rank-does = The ranking is advice to whoever chooses. It can be sent again until the choice, and the last one holds.
rank-place = Place of { $municipality }
rank-button = Send the ranking
rank-places-wrong = Give each application one place from 1 upwards, and no two the same.
rankings = Ranked by the other applicants
placings = Places from the other applicants: { $places }
placings-none = None of the other applicants has ranked it yet
ranked-by = { $municipality } ranked: { $order }. { $reason }
withdraw-button = Withdraw the application
begin-does = The municipality takes part from that day, in all systems.
begin-day = First day
begin-button = Decide the participation
select-title = Choose municipalities
select-does = Whoever is not ticked is not chosen. The choice is made once.
select-who = Applicants, with size and challenges
select-button = Make the choice
selection-made = The choice was made { $at }: { $count } chosen, reference { $reference }.
apply-title = Apply to take part
apply-does = The application goes to the county governor and the region's resource group.
apply-button = Send the application
refused-DEADLINE_NOT_PASSED = The deadline has not passed.
refused-ALREADY_APPLIED = The municipality has applied already.
refused-ALREADY_TAKES_PART = The municipality takes part already.
refused-TAKES_NO_PART = The municipality takes no part.
refused-YEAR_MISSING = Municipalities sign up for one year at a time. Say the year.
refused-NOT_BY_YEAR = This programme is applied for once. Leave the year blank.
refused-PARTICIPATION_INTERRUPTED = The participation ended before the turn of the year. It can go on without a break, and not be taken up again.
refused-NOT_RANKED = Those who apply do not rank each other's applications here.
refused-NOT_APPLIED = The municipality has no application of its own that stands.
refused-RANKING_INCOMPLETE = Each of the others' applications that stand has one place.
refused-OUTSIDE_REGION = The municipality lies in another region.
refused-APPLICATION_WITHDRAWN = The application was withdrawn.
refused-ALREADY_SELECTED = The choice was made already.
refused-REGION_FULL = The region has no room for so many.
refused-PLACES_UNKNOWN = The programme does not say how many a region may have.
refused-NOT_ASSESSED_BY_ANOTHER = An application was assessed by nobody but the one who chooses.
refused-ALREADY_ASSESSED = The body has assessed the application already.
refused-POLITICAL_DECISION_MISSING = The municipal council has not decided yet.
refused-OUTSIDE_PROGRAMME = The days lie outside the programme or the participation.
refused-ALREADY_DECIDED = An earlier decision stands.
refused-NOT_CONCERNED = The municipality receives nothing by this allocation.

## Objections

objections-title = Objections
objections-link = Objections and answers
objections-intro = A municipality can object to a figure, an allocation or a verdict. Whoever answers for it answers with a reason, and both stay.
objections-none = There are no objections here that you can see.
objection-kind-AWARD = A source's figure
objection-kind-ALLOCATION = An allocation
objection-kind-FUNDING_CLAIM = A verdict on a claim
objection-make = Object
objection-about = It is about: { $what }.
objection-send = Send the objection
objection-link = Object to this amount
objection-waits = Waits for an answer from { $body }.
objection-answer = Answer the objection
objection-outcome = Outcome
objection-outcome-UPHELD = Upheld
objection-outcome-PARTLY_UPHELD = Partly upheld
objection-outcome-REJECTED = Rejected
objection-answered = { $outcome } { $at } by { $body }:
refused-TEXT_TOO_LONG = A text is too long.

## Use, reports and evaluation

menu-use = Use and evaluation
form-bad-number = A count is no whole number.
column-municipality = Municipality
from-until = { $from } – { $until }
data-evaluation = Evaluation: data set
data-evaluation-what = Decisions, use, measures and indicators of each municipality and year, without names and free text. Small counts of people are left out.
data-code-book = Evaluation: code book
data-code-book-what = What the variables of the data set say, in which unit, and who says it.
measures-title = Measures
measures-intro = What municipalities do with the pot: what changes in the way of working, for whom, and who takes part.
measures-none = No measure that you can see is registered.
measure-target-group = Target group
measure-who = Who takes part
measure-period = Period
measure-from-pot = From the pot (kr)
measure-was = Before: { $period }, { $amount }. Changed because: { $reason }
measure-register = Register the measure
measure-register-does = The measure is shown to the county governor, the programme's directorates, its office and the evaluator. Do not write about single people.
measure-name = Name
measure-change = What changes in the way of working
measure-services = Services that take part, with commas between
measure-sectors = Sectors that take part
measure-from = First day
measure-until = Last day
sector-EDUCATION = Kindergarten and school
sector-HEALTH = Health
sector-CHILD_WELFARE = Child welfare
sector-LABOUR_AND_WELFARE = Nav and social services
sector-INTEGRATION = Integration
sector-CULTURE_AND_LEISURE = Culture and leisure
sector-JUSTICE = Justice
sector-VOLUNTARY = Voluntary organisations
support-title = Support and agreements
support-none = Nobody has asked for support.
support-asked = { $municipality } to { $body }
support-given = { $day }, { $hours } hours: { $text }
support-ask = Ask for support
support-environment = The competence environment's organisation number
support-text = What it is about
agreements-title = Agreements
agreement-told = { $municipality } and { $body }, { $period }: { $about }
gatherings-title = Gatherings
gatherings-none = No gathering has been announced.
support-give = Record support that was given
support-day = Day
support-hours = Hours
support-given-text = What the support was
agreement-register = Record an agreement
agreement-with = The other party's organisation number
agreement-about = What the agreement is about
gathering-announce = Call a gathering
gathering-announce-does = Every municipality concerned sees it. Whoever calls it records afterwards who came.
gathering-title = Name of the gathering
gathering-place = Place
gathering-day = Day
gathering-region = The county governor's organisation number; blank is every region
gathering-record = Record who came
gathering-who = Municipality numbers or organisation numbers, with commas between
form-bad-hours = The hours are no whole number.
gathering-told = { $title }, { $place }, { $day }. Arranged by { $body }. Present: { $attended }
gathering-not-recorded = not recorded yet
reports-title = Yearly reports
reports-intro = One report a year against the programme's goals, in place of one for each scheme. What was not used goes over to the next year, and is paid back when the last day of use has passed.
reports-none-due = No report that you can see is due.
reports-due-caption = Reports that are due
report-due-day = Deadline
report-there = Submitted
report-late = The deadline has passed
report-not-yet = Not submitted yet
report-of = { $municipality }, { $year }, version { $number }
report-granted = Grant for the year
report-brought-forward = From the year before
report-spent = Used (kr)
report-repaid = Paid back (kr)
report-carried-over = Goes over to the next year
report-hours = { $applications } hours on applications, { $reports } hours on reports
report-hours-applications = Hours on applications
report-hours-reports = Hours on reports
report-people = Children, young people and parents that the measure reached
report-achievement = How far it is reached
report-goal-text = About the goal
report-state-SUBMITTED = Submitted
report-state-RETURNED = Sent back
report-state-APPROVED = Approved
report-state-REPLACED = Replaced by a new version
report-answer = Answer the report
report-approve = Approve
report-return = Send back
report-submit = Submit the report
report-submit-does = The programme's office approves the report or sends it back. What was submitted stays.
achievement-REACHED = Reached
achievement-PARTLY_REACHED = Partly reached
achievement-NOT_REACHED = Not reached
achievement-TOO_EARLY = Too early to tell
evaluation-title = Evaluation
evaluation-intro = What the programme is to lead to, what was found, how it was before, and what was saved.
goals-title = Goals
goals-none = The programme's file states no goals.
goal-kind-EFFECT = Effect goal
goal-kind-RESULT = Result goal
goal-source = Source: { $source }
evaluation-found = { $body }: { $achievement }. { $text }
evaluated-measures = Measures that were evaluated
zero-point-title = The zero point
zero-point-caption = How it was before the municipality took part, and what was saved
zero-point-column = Zero-point analysis
zero-point-none = No municipality that you can see takes part.
zero-point-missing = not stated
zero-point-tell = Tell of the zero point
zero-point-day = The day that it tells of
zero-point-text = How you worked
hours-column = Hours in the year before
saved-column = Saved
hours-saved = { $year }: { $hours } hours against { $before } before, { $saved } saved.
series-title = The municipality's indicators
series-zero-point = { $year } (zero point)
series-later = { $year }
made-up = made up
evaluate = Evaluate
evaluate-what = What is evaluated
refused-NEGATIVE_AMOUNT = An amount is negative.
refused-LIES_AHEAD = That day lies ahead.
refused-GIVES_NO_SUPPORT = The body is no competence environment of the programme and region.
refused-YEAR_NOT_OVER = The year is reported when the last day of use has passed.
refused-EARLIER_YEAR_MISSING = The year before has to be reported, and approved, first.
refused-LATER_YEAR_REPORTED = A later year was reported, and rests on these figures.
refused-MORE_THAN_AVAILABLE = More was used and paid back than there was.
refused-UNSPENT_NOT_REPAID = What was not used by the last day has to be paid back.
refused-GOALS_NOT_ANSWERED = Each goal has to be answered once.
refused-PARTS_EXCEED_WHOLE = The measures' parts add up to more than what was used.
