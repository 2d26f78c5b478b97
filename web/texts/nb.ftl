# The pages' texts in bokmål.

## The frame

skip = Hopp til innholdet
search-label = Finn en kommune
search-button = Søk
language = Språk
menu = Meny
menu-own = Vår kommune
menu-programme = Programmet
menu-check = Før vedtak
menu-cases = Dobbeltfinansiering
menu-sources = Kildestatus
menu-about = Om tallene
as-of-banner = Siden viser det som var kjent til og med { $day }.
as-of-leave = Vis slik det er nå
as-of-label = Slik det var
as-of-button = Vis den dagen
query-behind = Spørringen bak siden
query-behind-intro = Siden viser svaret på denne operasjonen mot det offentlige skjemaet, og ikke noe annet.
query-variables = Variabler
query-open = Åpne spørringen i GraphiQL
acting-as = Du ser sidene som { $body }
acting-as-public = Du ser sidene som publikum.
log-in = Logg inn
log-out = Logg ut
open-mode = Åpen modus: Ingen logger inn her. Alle kan se sidene som hvilken virksomhet som helst.
represent = Hvem representerer du?
represent-button = Velg
choose = Velg …
represent-hint = Organisasjonsnummer, ni sifre. Tomt felt: programkontoret.
to-front = Til forsiden
bad-address = Adressen eller skjemaet kan ikke leses.
bad-day = Dagen i adressen kan ikke leses. Skriv den som 2021-06-01.
bad-organisation-number = Det er ikke et organisasjonsnummer: ni sifre med riktig kontrollsiffer.

## Pages that cannot be shown

error-not-found = Finnes ikke
error-not-found-advice = Det finnes ikke noe her som du kan se. Kontroller adressen, eller søk etter kommunen.
error-bad-input = Det kan ikke leses
error-bad-input-advice = Noe i adressen eller skjemaet er ikke slik det må være.
error-forbidden = Ikke tilgang
error-forbidden-advice = Rollen din gir ikke tilgang til denne siden.
error-unavailable = Ikke tilgjengelig nå
error-unavailable-advice = Det kan ikke svares akkurat nå. Prøv igjen om litt.
error-internal = Noe gikk galt
error-internal-advice = Feilen er vår, og den står i loggen. Prøv igjen om litt.

## Figures and dates

not-applicable = ikke aktuelt
not-delivered = mangler data fra kilden
not-known = ikke kjent
not-stated = ikke oppgitt
sum-in-part = minst { $known } ({ $missing } mangler)
day = { $day }. { $month } { $year }
instant = { $day } kl. { $time }
month-1 = januar
month-2 = februar
month-3 = mars
month-4 = april
month-5 = mai
month-6 = juni
month-7 = juli
month-8 = august
month-9 = september
month-10 = oktober
month-11 = november
month-12 = desember
last-heard = sist hørt fra { $at }
never-heard = aldri hørt fra
never = aldri

## Words that several pages share

kind-voted = Bevilget
kind-applied = Søkt
kind-granted = Innvilget
kind-awarded = Tildelt
kind-paid = Utbetalt
kind-awarded-on-pot = Tildelt på programmets egen post
kind-paid-on-pot = Utbetalt på programmets egen post
left = Gjenstår å utbetale
pot-difference = Sum av andelene minus tildelt
all = Alle
text = Tekst
sort = Sorter etter
filter-button = Vis
filter-none = Fjern filter
pages = Flere sider
page-previous = Forrige side
page-next = Neste side
sum-of-shown = Sum av det som vises
sum-of-shares = Sum av andelene
column-number = Nr.
column-scheme = Ordning
column-post = Kapittel og post
column-owner = Direktorat
column-share = Andel
column-source = Kilde
column-year = År
column-grant-year = Tilskuddsår
column-completeness = Hvor helt
column-status = Status
column-date = Dato
column-payer = Utbetaler
column-reference = Referanse
column-before = Før programmet
column-without = Uten programmet
column-with = Med programmet
column-difference = Forskjell
column-verdict = Vurdering
column-name = Navn
column-ministry = Departement
column-accounts = Statsregnskapet
column-governor = Statsforvalter
column-kind = Hva
column-opened = Åpnet
column-received = Mottatt
column-changed = Endret hos kilden
column-place = Sted
column-reason = Grunn
column-about = Gjelder
column-seen = Sett
no-post = ingen post det året
no-scheme = Programmets egen post, eller ordning ikke kjent
no-record = ingen post hos kilden
recipient-unknown = Mottaker kan ikke fastslås
reasons = Begrunnelse
evidence = Grunnlag
what-next = Hva skjer videre
history = Historikk
use-from = Kan brukes fra
use-until = Kan brukes til

## Front page

front-title = Hva kommunen får fra staten, samlet
front-lead = Tilskudd fra flere direktorater til samme kommune, som ett programtilskudd: hva det består av, hva som er utbetalt, og hva vi ikke vet.
front-promise = Det som mangler, vises som manglende. En delsum vises aldri som hele summen.
front-participants = Velg en kommune for å se programtilskuddet.
waits-heading = Dette venter
waits-cases = Saker om dobbeltfinansiering
waits-clearances = Klareringer som snart utløper
waits-sources = Kilder som er stille eller gamle
waits-nothing = Ingenting venter.
sources-all-fresh = Alle kilder er hørt fra innenfor fristen.
all-cases = Alle åpne saker
clearance-line = { $reference }: { $name }, { $year }, utløper { $at }

## Search

search-title = Søk etter kommune
search-hint = Skriv et navn, et kommunenummer (også et gammelt) eller et organisasjonsnummer.
search-none = Ingen kommune har eller har hatt «{ $text }» som navn eller nummer.
search-count = { $count ->
    [one] { $count } kommune.
   *[other] { $count } kommuner.
}
search-more = Det er flere; søk smalere.

## A municipality

municipality-number = Kommunenummer { $number }
municipality-ended = Kommunen finnes ikke lenger
organisation-number = organisasjonsnummer { $number }
former-numbers = Tidligere numre
number-until = { $number } (til og med { $until })
municipality-menu = Sider om kommunen
tab-programme-grant = Programtilskudd
tab-awards = Alle tilskudd
tab-payments = Utbetalinger
tab-comparison = Før og nå
tab-eligibility = Kan vi søke?
tab-coverage = Hva vi ikke ser

## Programme grant

programme-grant-title = Programtilskudd { $year }: { $name }
the-number = Sum av andelene { $year }
missing-shares = Mangler: { $schemes }.
known-so-far = Kjent så langt: { $known }, som ikke er hele summen.
shares-heading = Hva det består av
shares-picture = Andelene som deler av summen, nummerert som i tabellen. Andeler som mangler, er ikke med.
shares-caption = Andeler i { $year }, med kilde
years-heading = Årene ved siden av hverandre
years-caption = Programtilskuddet år for år
no-part-in-programme = Kommunen var ikke med i programmet.
no-grant-that-year = Kommunen har ikke programtilskudd for { $year }: den var ikke med da, eller året er ikke et av programmets budsjettår.

## All grants

awards-title = Alle tilskudd: { $name }
awards-caption = Søknader og tilskudd fra alle kilder
awards-count = { $count ->
    [one] { $count } rad.
   *[other] { $count } rader.
}
awards-left-out = { $count ->
    [one] { $count } rad er ikke med i summene: en andel av programtilskuddet, eller ikke lenger oppgitt av kilden.
   *[other] { $count } rader er ikke med i summene: andeler av programtilskuddet, eller ikke lenger oppgitt av kilden.
}
awards-none = Ingen tilskudd passer til det som er valgt.
status-vanished = { $status }, ikke lenger oppgitt
status-APPLIED = Søkt
status-GRANTED = Innvilget
status-REFUSED = Avslått
status-DISMISSED = Avvist
status-WITHDRAWN = Trukket
status-PAID = Utbetalt
status-REPAID = Tilbakebetalt
status-IN_PROGRAMME = Andel i programmet

## Payments

payments-title = Utbetalinger: { $name }
payments-caption = Utbetalinger fra alle kilder, nyeste først
payments-none = Ingen kilde har oppgitt utbetalinger.
payments-not-all = Bare utbetalinger som en kilde oppgir enkeltvis. Det utbetalte av et tilskudd kan være mer.
next-payment = Neste utbetaling:
next-payment-why = Ingen av kildene sier når neste utbetaling kommer.

## Before and now

comparison-title = Før og nå: { $name }
comparison-intro = Ingen kommune skulle komme dårligere ut av programmet enn uten det. «Før» er det siste budsjettåret før programmet, og er bare til opplysning.
comparison-caption = Før, uten og med programmet
worse-off = Dårligere ut
not-worse-off = Ikke dårligere ut
worse-off-unknown = Kan ikke sies: mangler data
breach = Det er et brudd på programmets løfte i { $years }.

## May we apply?

eligibility-title = Kan { $name } søke i { $year }?
eligibility-none = Ingen ordninger er kjent for dette året.
comes-without-application = kommer uten søknad
eligible-YES = Ja
eligible-NO = Nei
eligible-PARTLY = Delvis
determination-RULE = Etter regel, uten søknad
determination-INVITATION = Etter invitasjon
determination-DISCRETIONARY = Etter søknad og skjønn

## What we do not see

coverage-title = Hva vi ikke ser i { $year }
coverage-intro = Statsregnskapet sier hvor mye som gikk til kommunene på hver post. Her er postene som ingen kilde her forteller om. Hva som ligger bak dem for denne kommunen, vet vi ikke: tallene er for hele landet.
coverage-total = Til kommunene ifølge statsregnskapet, hele landet
coverage-heard = Av dette kjent fra kildene her
coverage-unheard = Av dette ikke kjent
coverage-general = Generelle tilskudd, utenom
coverage-picture = 1 er det kildene her forteller om, 2 er det vi ikke ser.
coverage-caption = Poster uten kilde her i { $year }, størst først; hele landet
coverage-none = Ingen slike poster, eller årets statsregnskap har ikke kommet.
general-grant = generelt tilskudd

## One award

award-title = { $scheme }, { $year }
vanished-since = Kilden oppgir ikke lenger dette tilskuddet, siden { $at }. Det er ikke med i noen sum.
recipient-as-reported = Mottaker slik kilden oppgir
decided-on = Vedtatt
also-reported-by = Samme tilskudd hos andre kilder
versions-heading = Hvorfor endret tallet seg?
versions-caption = Hver versjon som kilden har oppgitt, nyeste først
changed-mark = endret
no-longer-listed = Ikke lenger oppgitt av kilden

## The programme

programme-title = { $name } { $year }
programme-period = Fra { $from } til { $until }; pengene kan brukes til { $use }.
to-programmes = Alle programmer
rules-unknown = Reglene er ikke kunngjort.
rules-unknown-means = Hvem som deltar, fra når og hva tilskuddet utelukker, er ikke kjent. Hver søknad må avgjøres av en saksbehandler.
programmes-title = Programmer
programmes-caption = Programmer og hva som er kjent om dem
programmes-name = Program
programmes-rules = Regler
programmes-from = Fra
programmes-until = Til
programmes-use = Midlene kan brukes til
programmes-municipalities = Kommuner
programmes-schemes = Ordninger
programmes-voted = Bevilget i { $year }
programmes-bound = Bundet av tidligere tilsagn
programmes-free = Fritt
rule-state-PUBLISHED = Reglene er kunngjort
rule-state-UNKNOWN = Reglene er ikke kunngjort
programme-number = Alle kommuner i { $year }, sum av andelene
accounts-difference = Sum av andelene minus statsregnskapet
participants = Kommuner i programmet
participants-caption = Andeler, sum og utbetalt for hver kommune i { $year }
participants-none = Ingen kommuner å vise: ingen passer til søket, eller rollen din ser ikke kommunenes tall.
paid-share = Utbetalt av summen
map-heading = Hvor mye av summen er utbetalt
map-title = Skjematisk kart: andel av programtilskuddet som er utbetalt
map-caption = En rute for hver kommune i samme rekkefølge som tabellen. Tallet er prosent av summen som er utbetalt; ? betyr at det ikke er kjent.
no-budget-year = { $year } er ikke et av programmets budsjettår.
rules-heading = Reglene

## Double funding

cases-title = Dobbeltfinansiering
cases-intro = Funnet ved å sammenligne det systemene oppgir med programmet og klareringene.
cases-caption = Saker, nyeste først
cases-none = Ingen saker som du kan se.
hold-back = Å holde tilbake
pay-back = Å betale tilbake
case-title = { $kind }: { $municipality }
case-opened = Åpnet { $at }.
case-changed = Sist endret { $at }.
evidence-caption = Tilskuddene ved siden av hverandre
evidence-none = Ingen tilskudd ligger til grunn.
case-state-OPEN = Åpen
case-state-CONFIRMED = Bekreftet
case-state-DISMISSED = Avvist
case-state-SETTLED = Gjort opp
case-kind-AWARD_TO_PARTICIPANT = Tilskudd til en deltaker
case-kind-APPLICATION_FROM_PARTICIPANT = Søknad fra en deltaker
case-kind-AWARD_WITHOUT_CLAIM = Tilskudd uten klarering
case-kind-OVERLAPPING_PERIOD = Perioder som overlapper
case-kind-UNRESOLVED_RECIPIENT = Mottaker ikke fastslått
case-kind-POT_DIFFERENCE = Potten går ikke opp
case-kind-SOURCES_DISAGREE = Kildene er uenige
case-kind-ALLOCATION_DIFFERENCE = Andelen er ikke som vedtatt
case-decision-CONFIRM = Det er dobbeltfinansiering
case-decision-DISMISS = Saken er avvist
case-decision-SETTLE = Saken er gjort opp
case-next-OPEN = Direktoratet som eier ordningen, avgjør om det er dobbeltfinansiering. Til det er avgjort, bør det som står under «Å holde tilbake», ikke betales ut.
case-next-CONFIRMED = Det som følger av avgjørelsen, er ikke gjort ennå: beløpene skal holdes tilbake eller betales tilbake, og saken gjøres opp.
case-next-DISMISSED = Saken er avsluttet. Ingenting mer skjer.
case-next-SETTLED = Saken er gjort opp. Ingenting mer skjer.

## Before an award

check-title = Før vedtak: kan tilskuddet gis?
check-intro = Spør før vedtaket fattes. Spørsmålet binder ingen, og ingenting skrives ned.
check-button = Spør
check-answer = Svar
form-flaw = Skjemaet kan ikke leses:
form-recipient = Mottaker
form-recipient-hint = Organisasjonsnummer (ni sifre) eller kommunenummer (fire).
form-amount = Beløp i kroner
form-target = Målgruppe
form-not-stated = Ikke oppgitt
form-case = Saksnummer
form-bad-year = Tilskuddsåret er ikke et år.
form-bad-amount = Beløpet er ikke kroner og øre, som 1 250 000 eller 99,50.
target-CHILDREN_AND_YOUNG = Barn og unge (0–24 år)
target-ADULTS = Voksne
target-ALL = Alle
target-OTHER = Andre
outcome-CLEAR = Klart
outcome-BLOCKED = Stanset
outcome-NEEDS_CASE_OFFICER = Må vurderes av en saksbehandler
outcome-UNDETERMINED = Kan ikke avgjøres nå
outcome-next-CLEAR = Be om klarering for samme sak før vedtaket blir bindende. Svaret her er ikke en klarering.
outcome-next-BLOCKED = Tilskuddet kan ikke gis. To personer fra to virksomheter kan foreslå og godkjenne et unntak.
outcome-next-NEEDS_CASE_OFFICER = Reglene kan ikke avgjøre det. Be om klarering, så avgjør en saksbehandler som ikke er den som spør.
outcome-next-UNDETERMINED = Noe som svaret hviler på, er ikke kjent nå. Spør igjen senere; ikke gi tilskuddet imens.

## Sources

sources-title = Kildestatus
sources-intro = Systemene som tallene kommer fra: hvor ferskt og hvor helt det de har sagt er.
source-state-FRESH = Fersk
source-state-STALE = Gammel
source-state-INCOMPLETE = Ikke hel
source-state-SILENT = Aldri hørt fra
source-heard = Sist hørt fra
source-changed = Sist noe nytt
source-schemes = Ordninger
source-records = Poster
source-set-aside = Satt til side
source-unresolved = Mottaker ikke fastslått
source-vanished = Ikke lenger oppgitt
source-warnings = Merkelig, men ikke i veien
exclusions = Sperrer
set-aside-heading = Poster som er satt til side
set-aside-caption = Hvor de står og hvorfor de ikke kan leses

## About the figures

about-title = Om tallene
about-kinds-heading = Slag beløp
about-voted = Det Stortinget har bevilget på posten det året.
about-applied = Det kommunen har bedt om.
about-granted = Det direktoratet har vedtatt å gi.
about-paid = Det som er betalt ut, med tilbakebetalinger trukket fra der kilden oppgir dem.
about-three-heading = Tre ting som aldri ser like ut
about-zero = Kilden oppgir null kroner.
about-not-applicable = Kilden er hel og har ikke noe beløp her.
about-not-delivered = Vi vet det ikke: kilden har ikke levert, eller det kan ikke leses.
about-whole-heading = Hvor hel en sum er
about-whole = Hel: alle kilder er hørt fra innenfor fristen. Gammel: alt er kjent, men en kilde er eldre enn fristen. Ikke hel: en andel er ikke kjent; da vises ingen sum.
about-real-heading = Hva er virkelig
about-real = Programmet, reglene, kommunene med alle numrene sine, ordningene og statsregnskapets tall er virkelige. Står det et varsel øverst på siden, er beløpene per kommune oppdiktet.

## Roles and wholeness

role-PUBLIC = publikum
role-MUNICIPALITY = kommune
role-COUNTY_GOVERNOR = statsforvalter
role-DIRECTORATE = direktorat
role-PROGRAMME_OFFICE = programkontor
role-EVALUATOR = evaluator
role-OPERATOR = drift
completeness-COMPLETE = Hel
completeness-STALE = Gammel
completeness-INCOMPLETE = Ikke hel

## Deadlines

menu-deadlines = Frister
menu-data = Data og eksport
deadlines-title = Frister
deadlines-intro = Dager da noe må være gjort, slik programfilene og fagsystemene sier det, med hvem som har sagt det. At en deltaker ikke kan søke, fjerner ikke dagen: «Kan vi søke?» svarer på det.
deadlines-coming = Kommende frister
deadlines-coming-caption = Frister fra og med { $today }, den nærmeste først
deadlines-coming-none = Ingen frister fra og med { $today } i dette utvalget.
deadlines-passed = Frister som har passert
deadlines-passed-caption = Frister før { $today }, den siste først
deadlines-passed-none = Ingen frister før { $today } i dette utvalget.
deadline-kind-APPLICATION = Søknadsfrist
deadline-kind-USE_UNTIL = Siste dag for å bruke potten
deadline-of-pot = potten, ikke en ordning
deadline-everybody = Alle
deadline-today = i dag
deadline-in-days = { $count ->
    [one] om { $count } dag
   *[other] om { $count } dager
}
deadline-passed = passert
deadline-line = { $day } ({ $until })
column-when = Når
column-said-by = Sagt av
waits-deadlines = Frister som kommer
all-deadlines = Alle frister
bad-year = Året i adressen kan ikke leses. Skriv det som 2021.

## Files and other ways to the data

files-heading = Last ned
files-intro = Filene har de samme radene som siden, med utvalget i adressen, og kilde, alder og det som mangler i hver av dem.
file-csv = CSV
file-csv-hint = for regneark: semikolon og desimalkomma
file-datapackage = Datapakke
file-datapackage-hint = beskriver CSV-filen og det som mangler i den (Frictionless)
file-json = JSON
file-json-hint = for programmer
file-xlsx = XLSX
file-xlsx-hint = arbeidsbok for Excel og LibreOffice
file-360giving = 360Giving
file-360giving-hint = tilskudd som er gitt, i formatet til 360Giving
file-json-stat = JSON-stat
file-json-stat-hint = kube for statistikkverktøy
file-ics = iCalendar
file-ics-hint = for kalenderen
file-dcat = DCAT-AP-NO
file-dcat-hint = for datakataloger (JSON-LD)
data-title = Data og eksport
data-lead = Alt som sidene viser, kan lastes ned eller hentes av andre programmer, innenfor det du selv har lov til å se.
data-files = Filer
data-files-intro = Her er hele listene. På sidene kan du laste ned akkurat det som vises der.
data-files-caption = Hva som kan lastes ned, og i hvilke formater
data-column-what = Hva som er i filen
data-column-files = Formater
data-none-here = Denne portalen er ikke satt opp med en katalog.
data-filters = En liste kan avgrenses i adressen: «aar» for år, «kommune» for kommunenummer eller organisasjonsnummer, «ordning» for ordning. Adressen slutter alltid med formatet.
data-awards = Søknader og tildelinger
data-awards-what = Hver søknad og tildeling én gang, med mottaker, utbetaler, kilde og vedtak.
data-pots = Programtilskudd
data-pots-what = Potten for hver deltaker og hvert år, andel for andel, med det som mangler.
data-payments = Utbetalinger
data-payments-what = Hver utbetaling som en kilde daterer, med referanse.
data-cases = Dobbeltfinansiering
data-cases-what = Saker, med beløp å holde tilbake og kreve tilbake.
data-coverage = Dekning
data-coverage-what = Hva statsregnskapet sier nådde kommunene, post for post, og hva kildene her rapporterer av det.
data-deadlines = Frister
data-deadlines-what = Dager da noe må være gjort, med hvem som har sagt det.
data-allocations = Fordelinger
data-allocations-what = Hva hver kommune får av hver ordning etter programmets fordelinger, versjon for versjon, med enhet, metode og regel ved likhet.
data-catalogue = Katalog
data-catalogue-what = Beskrivelsen av datasettene og grensesnittet, for data.norge.no og andre kataloger.
data-in-each = Det som står i hver fil
data-in-each-age = Når filen ble laget, for hvem, når hver kilde sist ble hørt fra, og hva som mangler.
data-in-each-states = Ved siden av hvert beløp står tilstanden. Et tomt beløp er aldri null kroner.
data-in-each-amounts = Beløp er kroner med to desimaler. Ingen kolonne teller noe to ganger.
data-in-each-harmless = I CSV har tekst som kunne tas for en formel, fått en apostrof foran. Datapakken sier det.
data-who = Hvem som ser hva
data-reach-PUBLIC = Programmene, ordningene, fristene, kildenes alder og vedtatte summer. Ingen enkelttildelinger.
data-reach-MUNICIPALITY = Alt som gjelder kommunen selv.
data-reach-COUNTY_GOVERNOR = Kommunene i sitt fylke.
data-reach-DIRECTORATE = Sine egne ordninger i sin helhet, andres så langt kontrollen før vedtak trenger det.
data-reach-PROGRAMME_OFFICE = Alt.
data-reach-EVALUATOR = Tall det er gjort vedtak om.
data-ways = Andre veier til det samme
data-api = Grensesnittet. Spør med POST eller GET; strømmer med WebSocket eller SSE. Adressen er
data-graphiql = Prøv spørringer i nettleseren. Nederst på hver side står spørringen bak den.
data-schema = Skjemaet (SDL)
data-schema-what = Alle typer og felter, med forklaringer, for kodegeneratorer og verktøy.
data-calendar = Fristene i kalenderprogrammet ditt, på en adresse som kan trekkes tilbake.
data-command = Kommandolinjen
data-command-what = De samme filene, laget der portalen kjører. Ingen kilde blir spurt på nytt.
data-licence = Lisens og kilder
data-licence-none = Lisensen er ikke oppgitt for denne portalen. Spør den som driver den, før du bruker tallene videre.
data-publisher = { $name } svarer for dataene.
data-contact = Kontakt:
data-sources-licence = Kommunenes numre og navn er fra Statistisk sentralbyrå (KLASS). Statsregnskapet er fra Direktoratet for forvaltning og økonomistyring. Tildelinger og utbetalinger er fra hvert direktorats eget fagsystem.

## The calendar

calendar-title = Frister i kalenderen
calendar-way = Få fristene i kalenderen din
calendar-lead = Fristene kan stå i kalenderprogrammet ditt og holde seg oppdatert av seg selv.
calendar-open = Åpen fil
calendar-open-what = Fristene er offentlige. Filen kan lastes ned av alle, eller abonneres på uten innlogging:
calendar-own = Egen adresse
calendar-own-what = En egen adresse virker uten innlogging og kan trekkes tilbake. En kommunes adresse utelater andre deltakeres egne frister. Adressen gir bare tilgang til frister som er offentlige.
calendar-make = Lag en ny adresse
calendar-made = Den nye adressen
calendar-made-once = Kopier den nå: den vises bare denne ene gangen. Portalen lagrer bare et avtrykk av den.
calendar-made-next = Lim den inn i kalenderprogrammet som et abonnement. Programmet henter den selv, oftest én gang i døgnet. Trenger du den ikke lenger, trekker du den tilbake nedenfor.
calendar-standing = Adresser som virker nå
calendar-none = Virksomheten har ingen adresser.
calendar-caption = Adresser som virksomheten din har laget, den nyeste først
calendar-column-made = Laget
calendar-column-id = Kjennetegn
calendar-revoke = Trekk tilbake
calendar-revoke-one = Trekk tilbake adressen som ble laget { $made }
calendar-revoke-what = En adresse som trekkes tilbake, slutter å virke med en gang, for alle som har den. Den kan ikke tas i bruk igjen; lag heller en ny.
calendar-needs-body = Logg inn på vegne av en virksomhet for å lage en egen adresse.
calendar-too-many = Virksomheten har allerede { $count } adresser, og flere kan den ikke ha. Trekk tilbake en først.

## The accessibility statement

statement = Tilgjengelighetserklæring
statement-what = Offentlige virksomheter skal ha en tilgjengelighetserklæring på uustatus.no. Den sier hvilke krav til universell utforming sidene oppfyller og ikke oppfyller, og hvor du melder fra.
statement-read = Les erklæringen
statement-none = Den som driver denne portalen, har ikke oppgitt noen.
## Refusals of the interface, as pages

error-login-refused = Innloggingen ble ikke fullført
error-login-refused-advice = Du er ikke logget inn. Det du kan se uten å logge inn, ser du som før.
error-login-unavailable = Innloggingen er ikke tilgjengelig nå
error-login-unavailable-advice = Hvem som er logget inn, kan ikke avgjøres akkurat nå. Prøv igjen om litt.
error-form-refused = Skjemaet ble ikke tatt imot
error-form-refused-advice = Det ble ikke sendt fra en side i denne økten. Ingenting er endret. Åpne siden på nytt, og send skjemaet derfra.
error-session-required = Du må være logget inn
error-session-required-advice = Ingen er logget inn her, eller økten er over.
error-method = Det går ikke her
error-method-advice = Adressen finnes, men tar ikke imot det som ble sendt. Gå til siden på nytt og begynn derfra.
login-flaw-not-begun = Ingen innlogging var begynt i denne nettleseren, eller den er fullført alt.
login-flaw-state = Svaret hører til en annen innlogging.
login-flaw-too-late = Det tok mer enn ti minutter.
login-flaw-issuer = Svaret kommer fra et annet sted enn der du ble sendt for å logge inn.
login-flaw-denied = Du ble ikke sluppet inn, eller du avbrøt.
login-flaw-no-code = Svaret mangler det som skulle bevise innloggingen.
login-flaw-code = Innloggingen ble ikke godtatt; den kan være brukt før.
login-flaw-no-id-token = Det kom ikke fram hvem som logget inn.
login-flaw-id-token = Det som ble sagt om hvem som logget inn, er ikke til å stole på.
login-anew = Logg inn på nytt
refusal-code = Kode
refusal-reference = Referanse, om du spør oss om dette
## The county governor's overview, the sources' ages, the printed page

menu-overview = Fylkesoversikt
overview-title = Fylkesoversikt
overview-intro = Kommuner, ordninger og år samlet: hva hver ordning bidrar med til programtilskuddet i { $programme }, hva som er utbetalt, og hva som mangler.
overview-municipalities = Kommuner
overview-municipality = Kommune
overview-participants = Bare deltakere
overview-only = Bare med
overview-with-gaps = Tall som mangler
overview-with-cases = Åpne saker
overview-number = Kommunenummer
overview-gaps = Andeler som mangler
overview-cases = Åpne saker
overview-count = { $count ->
    [one] Én kommune.
   *[other] { $count } kommuner.
}
overview-open-cases = { $count ->
    [0] Ingen åpne saker om dobbeltfinansiering.
    [one] Én åpen sak om dobbeltfinansiering.
   *[other] { $count } åpne saker om dobbeltfinansiering.
}
overview-to-cases = Se de åpne sakene
overview-cases-count = { $count ->
    [one] én åpen sak
   *[other] { $count } åpne saker
}
overview-cases-past = Saker vises bare slik de er nå, ikke for en tidligere dag.
overview-cases-unseen = Saker om dobbeltfinansiering vises ikke for deg.
overview-public = Tall for hver kommune vises for kommunen selv, statsforvalteren, direktoratene og programkontoret. Her står det som er offentlig: hele programmets summer.
overview-years-caption = Summer for kommunene som er valgt, hele programmet, og hvor mye av statsregnskapet kildene her ser i hele landet
overview-grants = Kommuner med tilskudd
overview-whole = Sum for hele programmet
overview-whole-paid = Utbetalt i hele programmet
overview-coverage-heading = Dekning i hele landet
overview-coverage = { $share } %: { $heard } av { $total }
overview-nothing = ingen vises
overview-spread = fra { $lowest } til { $highest } %, midterste { $median } % (kjent for { $known } av { $all })
overview-no-spread = ikke kjent for noen
overview-table-heading = Kommune for kommune
overview-caption = Andel av programtilskuddet fra hver ordning, summen av andelene, og hva som er utbetalt på programmets egen post
overview-none = Ingen kommuner passer til valgene.
overview-gap = mangler
overview-no-part = tar ikke del
overview-unseen = ingen tall du kan se: tok ikke del det året, eller ligger utenfor det du har innsyn i
overview-unseen-share = ikke innsyn
overview-stale = { $sum } (gammel)
overview-legend-zero = 0 kr: kilden oppgir null kroner.
overview-legend-na = : kilden er hel og har ikke noe beløp her.
overview-legend-gap = : mangler data fra kilden; summen er da ikke kjent.
overview-sums = Sum av alle som er valgt
overview-all-rows = Vis alle { $count } på én side
overview-map-caption = En rute for hver kommune i tabellen over som har tilskudd, i samme rekkefølge, med navn eller kommunenummer. Tallet er hvor mange prosent av summen som er utbetalt i årene som vises: fem trinn fra lys til mørk. ? betyr at det ikke er kjent.
programme-to-overview = Se alle kommuner, ordninger og år i fylkesoversikten
programme-gaps = Hva som mangler, og for hvem
programme-years-caption = Hele programmet år for år: bevilget, sum av andelene, tildelt og utbetalt på programmets egen post, og hva statsregnskapet sier
timeline-heading = Hvor gamle kildene er
timeline-title = Tidslinje: når hver kilde sist ble hørt fra, og når den sist sa noe nytt
timeline-caption = Nå er { $now }, til høyre. Rundingen er når kilden sist ble hørt fra, firkanten når den sist sa noe nytt; ? er aldri. Avstandene er tettere jo lenger tilbake. Numrene står i tabellen.
timeline-table = Kildene etter nummer: tilstand og alder
age-mark-now = nå
age-mark-minute = 1 min
age-mark-hour = 1 t
age-mark-day = 1 døgn
age-mark-week = 1 uke
age-mark-month = 1 md.
age-mark-year = 1 år
age-seconds = { $count ->
    [0] nå
    [one] for ett sekund siden
   *[other] for { $count } sekunder siden
}
age-minutes = { $count ->
    [one] for ett minutt siden
   *[other] for { $count } minutter siden
}
age-hours = { $count ->
    [one] for én time siden
   *[other] for { $count } timer siden
}
age-days = { $count ->
    [one] for ett døgn siden
   *[other] for { $count } døgn siden
}
exclusions-wanted = Skal stå
exclusions-standing = Står
exclusions-failing = Står ikke
exclusions-unknown = Uvisst om står
exclusions-kept = Sist i orden
exclusions-tried = Sist sett etter
exclusions-whole = Alle sperrer står.
exclusions-not-whole = Ikke alle sperrer står.
exclusions-foreign = Sperrer som andre har satt
exclusions-foreign-one = { $whom }: { $subject }, fra { $from } til { $until }
set-aside-more = Og { $count } til.
source-inside-unseen = Feil, sperrer og poster som er satt til side, vises for direktoratet som eier kilden, og for programkontoret.
printed = Tallene slik de var kjent { $at }. Hentet fra programgrant, { $address }.
## What has changed

changes-title = Hva har endret seg i { $year }: { $name }
changes-back = Programtilskudd { $year }
changes-label = Vis endringer siden
changes-button = Vis endringer
changes-choose = Velg en dag, så vises det kildene har oppgitt av nytt etter den.
changes-heading = Endret siden { $day }
changes-explained = Alt kildene har oppgitt av nytt etter { $day }, nyeste først, med det som gjaldt før.
changes-pot-before = Sum av andelene { $day }
changes-pot-now = Sum av andelene nå
changes-pot-difference = Endring i summen
changes-none = Ingen kilde har oppgitt noe nytt siden { $day }.
changes-bad-day = Velg en dag før i dag, skrevet som 2026-06-01.
change-received = Mottatt { $at }
change-said-at = Endret hos kilden: { $at }
change-was-not-there = fantes ikke
change-before = før:
change-now = nå:
nothing-missing = Ingenting mangler: alle andelene er kjent
years-menu = Velg år
## Commands: what all forms share

menu-claims = Krav
error-too-large = Det er for stort
error-too-large-advice = En liste kan være på høyst 1 MiB, skjemaet medregnet. Ingenting er lest. Del listen, og spør om én del om gangen.
not-done = Ikke utført.
step-does = Hva dette gjør
step-until = Til når
step-next = Hva skjer så
step-who = Hvem avgjør
step-when = Innen når
step-meanwhile = Hva du gjør imens
no-end = ingen frist
have-read = Jeg har lest hva dette gjør.
form-not-read = Kryss av for at du har lest hva dette gjør.
form-no-decision = Velg en avgjørelse.
command-reason = Begrunnelse
command-decision = Avgjørelse
column-by = Av

## Before an award: asking for a clearance

check-anew = Spør om noe annet
request-title = Be om klarering
request-button = Be om klarering
request-again = Spør igjen med samme krav
request-undecided = Kravet er skrevet ned, men kan ikke avgjøres nå.
request-see = Se kravet
request-pending = Plassen er holdt av. Spør igjen med det samme skjemaet om litt.
request-pending-until = Plassen er holdt av til { $at }. Spør igjen med det samme skjemaet før det; ellers faller kravet bort.
request-not-yours = Klarering for denne ordningen kan bare { $body } be om.
request-does-CLEAR = { $amount } fra { $scheme } i { $year } til { $recipient } blir reservert i hovedboken. Ingen andre kan få klarering for det samme så lenge.
request-does-NEEDS_CASE_OFFICER = { $amount } fra { $scheme } i { $year } til { $recipient } blir reservert i hovedboken. Ingen andre kan få klarering for det samme så lenge.
request-does-UNDETERMINED = { $amount } fra { $scheme } i { $year } til { $recipient } blir reservert i hovedboken. Ingen andre kan få klarering for det samme så lenge.
request-does-BLOCKED = Et krav på { $amount } fra { $scheme } i { $year } til { $recipient } blir skrevet ned som avslått, med regelen. Ingenting blir reservert.
request-until-CLEAR = Til du bekrefter eller gir tilbake, eller til fristen som kommer til å stå på kravet.
request-until-NEEDS_CASE_OFFICER = Til en saksbehandler har avgjort, eller du gir kravet tilbake.
request-until-UNDETERMINED = I to minutter om gangen, så lenge du spør igjen.
request-until-BLOCKED = Ingenting holdes av.
request-next-CLEAR = Kilder og regler blir lest på nytt. Er svaret fortsatt klart, får du klareringen på siden for kravet og bekrefter der før vedtaket blir bindende.
request-next-NEEDS_CASE_OFFICER = Kravet venter på en saksbehandler, som tillater eller avslår med begrunnelse.
request-next-UNDETERMINED = Kilder og regler blir lest på nytt. Kan det fortsatt ikke avgjøres, spør du igjen med det samme skjemaet.
request-next-BLOCKED = To personer fra to andre virksomheter kan foreslå og godkjenne et unntak fra siden for kravet.
request-who-CLEAR = Reglene, med en gang.
request-who-NEEDS_CASE_OFFICER = En saksbehandler i direktoratet som eier ordningen, men ikke du.
request-who-UNDETERMINED = Reglene, når det som svaret hviler på, er kjent.
request-who-BLOCKED = Regelen har avgjort.
request-meanwhile-CLEAR = La vedtaket vente til klareringen er bekreftet.
request-meanwhile-NEEDS_CASE_OFFICER = Ikke gi tilskuddet.
request-meanwhile-UNDETERMINED = Ikke gi tilskuddet.
request-meanwhile-BLOCKED = Ikke gi tilskuddet.
last-receipt = Siste kvittering
last-receipt-label = Den siste kvitteringen du fikk
last-receipt-hint = Viser at hovedboken ikke har glemt noe siden sist. Tomt felt: ingen.

## Before an award: a list of applicants

list-link = Spør om en hel liste
list-title = Før vedtak: en liste med søkere
list-intro = Lim inn eller last opp listen slik regnearket lagrer den. Hver linje får sitt svar. Det er spørsmål: ingenting blir reservert eller skrevet ned.
list-back = Spør om én søker
list-flaw = Listen kan ikke leses:
list-caption = Svar for hver linje, i listens rekkefølge
list-line = Linje
list-whole = Hele svaret for linje { $line }
list-next = Be om klarering for hver søker for seg, før vedtaket blir bindende. Rett linjene som ikke kan leses, og spør igjen.
list-bad-line = Kan ikke leses
list-no-lines = Listen har ingen linjer under overskriften.
list-paste = Lim inn listen
list-columns = Første linje er overskriften: orgnr eller kommunenummer, ordning (eller kapittel og post), år, beløp; målgruppe, fra, til, aktivitet og saksnummer om de finnes. Semikolon, tabulator eller komma mellom.
list-file = Eller last opp en fil
list-file-hint = CSV, høyst 1 MiB og 500 linjer.
list-year = Tilskuddsår der linjen ikke sier det
list-scheme = Ordning der linjen ikke sier det
list-both = Du har både limt inn og lastet opp. Velg én av delene.
list-empty = Den er tom.
list-too-long = Den har { $count } linjer; høyst { $most } kan spørres om samtidig. Del den.
list-quotes = Anførselstegnene på linje { $line } går ikke opp.
list-encoding = Tegnsettet er verken UTF-8, UTF-16 eller Windows-1252.
list-twice = Overskriften har to kolonner for det samme: «{ $one }» og «{ $other }».
list-no-recipient = Overskriften har ingen kolonne for mottakeren (orgnr eller kommunenummer).
list-no-amount = Overskriften har ingen kolonne for beløpet (beløp).
list-no-year = Overskriften har ingen kolonne for året (år), og skjemaet sier det ikke.
list-no-post = Overskriften har bare den ene av kapittel og post.
list-no-scheme = Overskriften har ingen kolonne for ordningen (ordning, eller kapittel og post), og skjemaet sier den ikke.

## Claims

claims-title = Krav
claims-intro = Krav om klarering som du kan se.
claims-caption = Krav, med status og frist
claims-none = Ingen krav som du kan se.
claim-title = Krav { $reference }: { $name }
claim-amount = Beløp det er spurt om
claim-asked-by = Spurt av
claim-asked-at = Spurt
claim-award = Tildelingens referanse
claim-ends = Frist
claim-all-awards = Alle tilskudd til kommunen
claim-history-caption = Hva som har skjedd med kravet, eldste først
receipt-title = Kvittering
receipt-why = Den viser hvor langt hovedboken var kommet. Ta vare på den, og send den med neste gang du ber om klarering: har hovedboken glemt noe siden, kommer det fram. Nettleseren husker den siste til den lukkes.
claim-state-REQUESTED = Reservert, ikke avgjort
claim-state-HELD = Venter på saksbehandler
claim-state-CLEARED = Klarert
claim-state-DENIED = Avslått
claim-state-CONFIRMED = Bekreftet
claim-state-PAID = Utbetalt
claim-state-REVERSED = Omgjort
claim-state-RELEASED = Gitt tilbake
claim-state-EXPIRED = Utløpt
claim-state-QUARANTINED = I karantene
claim-next-REQUESTED = Svaret er ikke kjent ennå. Den som spurte, spør igjen med det samme skjemaet; ellers faller kravet bort ved fristen.
claim-who-REQUESTED = Reglene, når det som svaret hviler på, er kjent.
claim-meanwhile-REQUESTED = Ikke gi tilskuddet. Ingen andre får klarering for det samme imens.
claim-next-HELD = En saksbehandler tillater eller avslår, med begrunnelse.
claim-who-HELD = En saksbehandler i direktoratet som eier ordningen, eller programkontoret; ikke den som spurte.
claim-meanwhile-HELD = Ikke gi tilskuddet. Plassen er holdt av.
claim-next-CLEARED = Klareringen bekreftes før vedtaket blir bindende, eller gis tilbake. Skjer ingen av delene, utløper den ved fristen.
claim-who-CLEARED = Den som spurte.
claim-meanwhile-CLEARED = La vedtaket vente til klareringen er bekreftet. Ingen andre får klarering for det samme.
claim-next-DENIED = Tilskuddet kan ikke gis. To personer fra to virksomheter som ikke spurte, kan foreslå og godkjenne et unntak.
claim-who-DENIED = Avgjort. Et unntak krever to andre virksomheter.
claim-meanwhile-DENIED = Ikke gi tilskuddet.
claim-next-PROPOSED = Et unntak er foreslått og venter på den andre personen. Uten godkjenning innen fristen faller det bort.
claim-who-PROPOSED = En person fra en annen virksomhet enn den som foreslo, og den som spurte.
claim-meanwhile-PROPOSED = Ikke gi tilskuddet.
claim-next-CONFIRMED = Tilskuddet kan bli bindende og holder plassen. Når kilden melder utbetaling, blir kravet merket som utbetalt.
claim-who-CONFIRMED = Avgjort.
claim-meanwhile-CONFIRMED = Gi kravet tilbake hvis tilskuddet likevel blir omgjort.
claim-next-PAID = Kilden har meldt at tilskuddet er utbetalt. Ingenting mer skjer.
claim-who-PAID = Avgjort.
claim-meanwhile-PAID = Gi kravet tilbake hvis tilskuddet blir omgjort og betalt tilbake.
claim-next-QUARANTINED = Klareringen løp ut, og tilskuddet kan likevel være bindende. Er det gitt, bekreftes det; er det ikke gitt, må to personer fra to virksomheter si det.
claim-who-QUARANTINED = Den som spurte, eller to personer fra to andre virksomheter.
claim-meanwhile-QUARANTINED = Finn ut om tilskuddet er gitt. Plassen er holdt av.
claim-next-RELEASED = Kravet er gitt tilbake, og plassen er fri. Ingenting mer skjer.
claim-who-RELEASED = Avgjort.
claim-meanwhile-RELEASED = Ikke gi tilskuddet på dette kravet. Skal det gis likevel, be om klarering på nytt.
claim-next-EXPIRED = Klareringen ble ikke bekreftet i tide, og plassen er fri. Ingenting mer skjer.
claim-who-EXPIRED = Avgjort.
claim-meanwhile-EXPIRED = Ikke gi tilskuddet på dette kravet. Be om klarering på nytt.
claim-next-REVERSED = Tilskuddet er omgjort, og plassen er fri. Ingenting mer skjer.
claim-who-REVERSED = Avgjort.
claim-meanwhile-REVERSED = Det som er betalt ut, skal kreves tilbake.

## Commands on a claim

command-reference = Tildelingens referanse i eget system
command-reference-hint = Den samme som tilskuddet får i kilden.
command-awarded = Tildelt beløp i kroner
command-from = Kan brukes fra (om det er avtalt)
command-until = Kan brukes til (om det er avtalt)
command-basis = Hjemmel
exception-title = Unntak
exception-proposed = Foreslått av
exception-approved = Godkjent av
exception-by-nobody = ingen
bekreft-title = Bekreft klareringen
bekreft-button = Bekreft
bekreft-does = Tilskuddet på { $amount } for { $year } blir ført som gitt, og holder plassen uten frist. Beløp, år og periode må være de som er klarert.
bekreft-does-quarantined = Tilskuddet på { $amount } for { $year } blir ført som gitt på klareringen før den løp ut. Karantenen slutter.
bekreft-next = Vedtaket kan bli bindende. Når kilden melder utbetaling, blir kravet merket som utbetalt.
bekreft-next-quarantined = Vedtaket kan bli bindende. Når kilden melder utbetaling, blir kravet merket som utbetalt.
bekreft-meanwhile = Bekreft først, og la vedtaket bli bindende etterpå.
bekreft-meanwhile-quarantined = Bekreft bare det som faktisk er gitt.
gi-tilbake-title = Gi tilbake
gi-tilbake-button = Gi kravet tilbake
gi-tilbake-does = Tilskuddet blir ikke gitt. Plassen blir fri for andre med en gang.
gi-tilbake-does-made = Tilskuddet på { $amount } blir ført som omgjort. Plassen blir fri for andre med en gang.
gi-tilbake-next = Kravet kan ikke tas opp igjen. Skal tilskuddet gis likevel, må det bes om klarering på nytt.
gi-tilbake-next-made = Kravet kan ikke tas opp igjen. Det som er betalt ut, skal kreves tilbake.
gi-tilbake-meanwhile = Ikke gi tilskuddet.
gi-tilbake-meanwhile-made = Omgjør vedtaket i eget system.
avgjor-title = Avgjør
avgjor-button = Avgjør kravet
avgjor-does = Kravet fra { $body } på { $amount } for { $year } får ditt svar. Det som ingen saksbehandler kan avgjøre, blir prøvd mot reglene først.
avgjor-next = Tillatt: { $body } får klareringen, med frist. Avslått: plassen blir fri.
avgjor-meanwhile = Den som spurte, kan ikke avgjøre.
decide-ALLOW = Tillat
decide-does-ALLOW = Kravet blir klarert.
decide-REFUSE = Avslå
decide-does-REFUSE = Kravet blir avslått, og plassen fri.
foresla-unntak-title = Foreslå unntak
foresla-unntak-button = Foreslå unntaket
foresla-unntak-does = Du foreslår at { $body } får gi { $amount } for { $year } til tross for regelen. Forslaget blir skrevet ned med virksomheten din, begrunnelsen og hjemmelen.
foresla-unntak-does-quarantined = Du foreslår at karantenen slutter fordi tilskuddet ikke er gitt. Forslaget blir skrevet ned med virksomheten din, begrunnelsen og hjemmelen.
foresla-unntak-next = En person fra en tredje virksomhet kan godkjenne innen sju dager. Ellers faller forslaget bort.
foresla-unntak-next-quarantined = En person fra en tredje virksomhet kan godkjenne innen sju dager. Ellers faller forslaget bort.
foresla-unntak-meanwhile = Tilskuddet kan ikke gis før unntaket er godkjent.
foresla-unntak-meanwhile-quarantined = Plassen er holdt av til unntaket er godkjent.
godkjenn-unntak-title = Godkjenn unntaket
godkjenn-unntak-button = Godkjenn
godkjenn-unntak-does = { $body } får klarering for { $amount } i { $year } til tross for regelen. Det som står i veien, blir stående synlig.
godkjenn-unntak-does-quarantined = Karantenen slutter, og plassen blir fri.
godkjenn-unntak-next = { $body } bekrefter før fristen som sto på forslaget; ellers utløper klareringen.
godkjenn-unntak-next-quarantined = Kravet kan ikke tas opp igjen.
godkjenn-unntak-meanwhile = Les begrunnelsen og hjemmelen under «Unntak» før du godkjenner.
godkjenn-unntak-meanwhile-quarantined = Finn ut at tilskuddet ikke er gitt, før du godkjenner.

## Double funding: the decision

case-decide-title = Avgjør saken
case-decide-button = Avgjør saken
case-decide-does = Avgjørelsen blir skrevet ned med virksomheten din og begrunnelsen, og står i historikken. Den flytter ingen penger: det gjør direktoratet i eget system.
case-decide-CONFIRM = Funnet stemmer
case-decide-does-CONFIRM = Saken står til beløpene er holdt tilbake eller betalt tilbake, og den er gjort opp.
case-decide-DISMISS = Funnet stemmer ikke
case-decide-does-DISMISS = Saken avsluttes. Den åpnes igjen bare hvis opplysningene endrer seg.
case-decide-SETTLE = Saken er gjort opp
case-decide-does-SETTLE = Det som skulle holdes tilbake eller betales tilbake, er det. Saken avsluttes.
case-who-owner = { $body }, som eier ordningen, eller programkontoret.
case-next-office = Programkontoret avgjør om funnet stemmer.
case-who-office = Programkontoret.
case-who-nobody = Avgjort.
case-meanwhile-OPEN = Ikke betal ut det som står under «Å holde tilbake».
case-meanwhile-CONFIRMED = Hold tilbake og krev tilbake beløpene over.
case-meanwhile-DISMISSED = Ingenting.
case-meanwhile-SETTLED = Ingenting.
case-by-comparison = avstemmingen
case-history-caption = Hva som har skjedd med saken, eldste først

## Why a command was refused

refused-other = Grensesnittet tok ikke imot det:
refused-MISSING_ARGUMENT = Noe mangler i det som er oppgitt.
refused-INVALID_YEAR = Det gis ikke tilskudd for det året.
refused-INVALID_ORGANISATION_NUMBER = Det er ikke et organisasjonsnummer.
refused-INVALID_MUNICIPALITY_NUMBER = Det er ikke et kommunenummer.
refused-INVALID_ARGUMENT = En tekst er tom eller for lang.
refused-INVALID_AMOUNT = Beløpet er ikke over null.
refused-INVALID_PERIOD = Bruksperioden går ikke opp.
refused-LEDGER_UNREACHABLE = Hovedboken kan ikke nås nå. Om det er utført, er ikke kjent. Send det samme skjemaet igjen: det blir utført én gang.
refused-UNKNOWN_CLAIM = Kravet finnes ikke, eller det er en annens.
refused-FENCE_MISMATCH = Kravet har endret seg siden siden ble åpnet. Les det som står nå, før du går videre.
refused-CLEARANCE_EXPIRED = Klareringen er utløpt. Be om klarering på nytt.
refused-WRONG_STATE = Slik kravet står nå, kan det ikke gjøres.
refused-AMOUNT_DIFFERS = Beløpet er et annet enn det som er klarert.
refused-YEAR_DIFFERS = Året er et annet enn det som er klarert.
refused-PERIOD_DIFFERS = Bruksperioden er en annen enn den som er klarert.
refused-IDEMPOTENCY_CONFLICT = Dette skjemaet er sendt før med annet innhold. Send det en gang til, så er det et nytt krav.
refused-INVALID_RECEIPT = Kvitteringen er ikke en som denne hovedboken har gitt. Rett den, eller la feltet være tomt.
refused-LEDGER_BEHIND = Hovedboken er gjenopprettet fra en eldre kopi og ikke avstemt. Ikke gi tilskuddet; driften må avstemme først.
refused-ASKER_MAY_NOT_DECIDE = Den som avgjør, kan ikke være den som spurte.
refused-TWO_BODIES_REQUIRED = Et unntak krever to personer fra to virksomheter, og ingen av dem er fra den som spurte.
refused-NO_PROPOSAL = Ingen har foreslått et unntak for kravet slik det står.
refused-PROPOSAL_VOID = Forslaget er eldre enn sju dager og har falt bort.
refused-SLOT_TAKEN = Et annet unntak holder plassen.
refused-NOT_PERMITTED = En regel som ikke kan avgjøres bort, står i veien.
refused-UNKNOWN_CASE = Saken finnes ikke, eller du kan ikke se den.
refused-CASE_CLOSED = Saken er alt avgjort.

## Lister for én kommune, og rapportfrister

narrowed-label = Kommunenummer
narrowed-to = Bare det som gjelder { $municipality }.
narrowed-pages = Kommunens sider
narrowed-all = Vis for alle kommuner
bad-municipality = Kommunen i adressen må være fire eller ni sifre.
deadline-kind-REPORT = Rapportfrist
deadline-kind-YEARLY_REPORT = Årsrapport til programmet
report-due = Rapportfrist

## Det som avvises rundt sidene

error-late = Svaret tok for lang tid
error-late-advice = Om noe ble utført, er ikke kjent. Sendte du et skjema, så send det samme en gang til: det blir utført én gang.
error-not-in-time = Det kom ikke i tide
error-not-in-time-advice = Forespørselen kom ikke hel innen fristen. Ingenting er lest. Prøv igjen.
error-body-too-large = Det er for stort
error-body-too-large-advice = Det som ble sendt, er større enn det som tas imot. Ingenting er lest.

## Allocation

menu-allocations = Fordeling
allocations-title = Fordelingen av programmet
allocations-intro = Hvert år deles en ramme mellom kommunene som er med. Her står hver versjon: utkast, forslag, høring, vedtak og rettelser. Ingen versjon blir borte.
allocations-caption = Versjoner av fordelingen, nyeste først
allocations-none = Ingen fordeling er lagt fram ennå.
allocation-name = { $year }, versjon { $number }
allocation-title = Fordeling { $year }, versjon { $number }
column-version = Versjon
column-sum = Sum
column-figure = Tall
column-value = Verdi
column-counted = Telt
allocation-frame = Ramme
allocation-added = Rammen er økt med { $amount } for at ingen skal komme dårligere ut.
allocation-floor = Gulvet
allocation-before = Før
allocation-after = Nå
allocation-difference = Endring
allocation-held = Holdt mot det systemene melder
allocation-held-agree = { $count } andeler er meldt slik de er vedtatt.
allocation-held-caption = Andeler som er meldt annerledes enn vedtatt, eller som ikke er levert
allocation-held-decided = Vedtatt
allocation-held-reported = Meldt
allocation-held-cases = En forskjell mellom kjente beløp er en sak
allocation-table = Hvem som får hva
allocation-table-caption = Hva hver kommune får, ordning for ordning
allocation-method = Slik er det regnet
allocation-state-DRAFT = Utkast
allocation-state-PROPOSED = Forslag
allocation-state-CONSULTATION = På høring
allocation-state-DECIDED = Vedtatt
allocation-state-CORRECTED = Rettet av et senere vedtak
allocation-state-WITHDRAWN = Trukket
allocation-next-DRAFT = Programkontoret legger det fram som forslag.
allocation-next-PROPOSED = Programkontoret sender forslaget på høring eller vedtar det.
allocation-next-CONSULTATION = De som er berørt, kan komme med merknader. Alle merknader må være besvart før vedtaket.
allocation-next-DECIDED = Fordelingen gjelder. En feil rettes med en ny versjon ved siden av denne.
allocation-next-CORRECTED = En senere versjon gjelder i stedet.
allocation-next-WITHDRAWN = Versjonen blir ikke vedtatt.
allocation-decided = Vedtatt { $at } av { $body }, referanse { $reference }.
allocation-corrects = Retter en tidligere vedtatt versjon
allocation-corrected-by = Denne versjonen er rettet. Se den som gjelder nå.
allocation-draft-title = Legg inn et utkast
allocation-draft-does = Beløpene regnes ut av planen og tallene. Bare programkontoret ser utkastet. Er året vedtatt, er utkastet en rettelse av vedtaket.
allocation-draft-button = Lag utkast
allocation-plan = Plan
allocation-plan-hint = Tomt felt: planen som er satt opp for denne tjenesten.
allocation-no-year = Velg et år.
allocation-comments = Merknader
allocation-comment = Din merknad
allocation-answer = Svar
allocation-until = Siste dag for merknader
decision-reference = Referanse i arkivet
allocation-do-foresla = Legg fram forslaget
allocation-do-hor = Send på høring
allocation-do-merknad = Send merknaden
allocation-do-svar = Svar på merknaden
allocation-do-vedta = Vedta fordelingen
allocation-do-trekk = Trekk versjonen
allocation-cause-INPUT = Av endrede tall
allocation-cause-RULE = Av endret ramme og regler
allocation-cause-FLOOR = Av gulvet
allocation-cause-ROUNDING = Av avrunding
explanation-title = { $name }: fordeling { $year }, versjon { $number }
explanation-1 = 1. Tallene
explanation-1-caption = Det beløpet bygger på
explanation-2 = 2. Regelen
explanation-3 = 3. Utregningen
explanation-4 = 4. Tabellen for alle
explanation-4-link = Se hva alle får
explanation-5 = 5. Endret siden forrige versjon
explanation-thresholds = Avstand til tersklene
explanation-causes-unknown = Hva endringen kommer av, er ukjent.
explanation-no-change = Det er ingen tidligere versjon å sammenligne med.
explanation-none = Beløpet kan ikke regnes ut på nytt til samme øre. Det som er vedtatt, står.
threshold-reached = Nådd. Med { $count } færre er den ikke nådd. Beløpet som står på spill, er { $amount }.
threshold-missed = Ikke nådd. Med { $count } flere er den nådd. Det ville gitt { $amount }.
threshold-YES = Nådd.
threshold-NO = Ikke nådd.
threshold-UNKNOWN = Ukjent, fordi et tall mangler. Det er ikke det samme som under.
figure-missing-NOT_POSSIBLE = kan ikke finnes
figure-missing-NOT_AVAILABLE = finnes ikke
figure-missing-NOT_YET = er ikke kommet ennå
figure-missing-CONFIDENTIAL = vises ikke av hensyn til personvernet
figure-missing-ABSENT = står ikke i kilden
figure-missing-NOT_COMPARABLE = gjelder andre grenser
figure-corrected = (rettet; kilden har { $before })
figure-made-up = (oppdiktet)
figure-read = lest { $day }
what-if-link = Hva hvis rammen, vektene eller deltakerne var andre?
what-if-title = Hva hvis? Fordeling { $year }
what-if-not-decided = Dette er ikke vedtatt.
what-if-address = Det regnes ut når siden åpnes, og lagres ikke. Adressen til siden gir det samme svaret igjen.
what-if-frame = Ramme i kroner
what-if-with = Med også disse kommunene
what-if-without = Uten disse kommunene
what-if-numbers = Kommunenumre eller organisasjonsnumre, med komma mellom.
what-if-weights = Andre vekter
what-if-weights-hint = Én på hver linje: ordning, indikator, vekt. Vektene i en ordning må være 1 til sammen.
what-if-button = Regn ut
what-if-compared = Sammenlignet med den vedtatte fordelingen
what-if-compared-plan = Sammenlignet med planen uten endringer.
what-if-bad-frame = Rammen kan ikke leses. Skriv kroner, som 41 600 000.
what-if-bad-weight = En vekt kan ikke leses. Skriv ordning, indikator og vekt på hver linje.
refused-TEXT_MISSING = En tekst mangler.
refused-UNKNOWN_RECORD = Det finnes ikke, eller du kan ikke se det.
refused-ALLOCATION_DECIDED = Året er vedtatt. En ny versjon må si at den retter vedtaket.
refused-NOTHING_TO_CORRECT = Det som skal rettes, er ikke den vedtatte fordelingen for året.
refused-FIGURE_MISSING = Et beløp er ukjent fordi et tall mangler. Det ukjente kan ikke vedtas.
refused-COMMENT_UNANSWERED = En merknad er ikke besvart.
refused-CONSULTATION_OPEN = Høringsfristen er ikke gått ut.
refused-CONSULTATION_CLOSED = Det er ingen høring nå.
refused-ALREADY_ANSWERED = Det er alt besvart.
refused-DEADLINE_PASSED = Fristen er gått ut.
refused-YEAR_OUTSIDE_PROGRAMME = Programmet har ingen bevilgning det året.

## Participation

menu-participation = Deltakelse
participation-title = Deltakelse i programmet
participation-intro = Statsforvalteren kunngjør, kommunene søker, ressursgruppen vurderer, statsforvalteren velger. En deltakelse begynner og slutter ved vedtak, og gjelder straks i alle systemene.
announcements-caption = Kunngjøringer, nyeste først
announcements-none = Ingenting er kunngjort ennå.
announcement-title = Kunngjøring: { $region }
announcement-text = Kunngjøringen
announcement-deadline = Søknadsfrist
announcement-made = Kunngjort
announcement-region = Statsforvalterens organisasjonsnummer
announcement-open = Åpen for søknader
announcement-assessing = Søknadene vurderes
announcement-selected = Valget er gjort
announce-title = Kunngjør
announce-does = Alle ser kunngjøringen. Kommunene i regionen kan søke til og med fristen.
announce-button = Kunngjør
announcement-year = Gjelder året
announcement-year-hint = Kommunene melder seg på for ett år om gangen.
end-title = Avslutt en deltakelse
end-does = Kommunen er ute av programmet etter den siste dagen, i alle systemene. Krav som den hadde, står som de var.
end-municipality = Kommunenummer eller organisasjonsnummer
end-day = Siste dag
end-day-hint = Tomt felt: Deltakelsen annulleres, som om den aldri hadde vært.
end-button = Avslutt deltakelsen
applications = Søknader
applications-none = Det er ingen søknader her som du kan se.
application-state-SUBMITTED = Søkt
application-state-WITHDRAWN = Trukket
application-state-CHOSEN = Valgt
application-state-CONDITIONALLY_CHOSEN = Valgt, på vilkår av kommunestyrets vedtak
application-state-NOT_CHOSEN = Ikke valgt
application-challenges = Lokale utfordringer
application-progress = Hvor langt arbeidet er kommet
application-motivation = Motivasjon og kapasitet
inhabitants = { $count } innbyggere
inhabitants-unknown = innbyggertallet er ukjent
council = Kommunestyrets vedtak
council-decided = { $reference }, { $day }
council-missing = mangler; det kan komme senere
council-reference = Kommunestyrets vedtak, saksnummer
council-day = Vedtaksdag
council-may-follow = Kan komme senere. Et valg uten vedtak er på vilkår.
council-button = Legg inn vedtaket
recommendation = Råd
recommendation-RECOMMENDED = Anbefales
recommendation-RECOMMENDED_WITH_DOUBT = Anbefales under tvil
recommendation-NOT_RECOMMENDED = Anbefales ikke
assessment = Vurdering
assess-button = Send vurderingen
rank-title = Ranger de andres søknader
rank-does = Rangeringen er et råd til den som velger. Den kan sendes på nytt fram til valget, og da gjelder den siste.
rank-place = Plass for { $municipality }
rank-button = Send rangeringen
rank-places-wrong = Gi hver søknad én plass fra 1 og oppover, og ingen samme plass.
rankings = Rangert av de andre søkerne
placings = Plasser fra de andre søkerne: { $places }
placings-none = Ingen av de andre søkerne har rangert den ennå
ranked-by = { $municipality } rangerte slik: { $order }. { $reason }
withdraw-button = Trekk søknaden
begin-does = Kommunen er med i programmet fra den dagen, i alle systemene.
begin-day = Første dag
begin-button = Vedta deltakelsen
select-title = Velg kommuner
select-does = De som ikke er krysset av, er ikke valgt. Valget gjøres én gang.
select-who = Søkere, med størrelse og utfordringer
select-button = Gjør valget
selection-made = Valget ble gjort { $at }: { $count } valgt, referanse { $reference }.
apply-title = Søk om deltakelse
apply-does = Søknaden går til statsforvalteren og ressursgruppen i regionen.
apply-button = Send søknaden
refused-DEADLINE_NOT_PASSED = Søknadsfristen er ikke gått ut.
refused-ALREADY_APPLIED = Kommunen har alt søkt.
refused-ALREADY_TAKES_PART = Kommunen er alt med i programmet.
refused-TAKES_NO_PART = Kommunen er ikke med i programmet.
refused-YEAR_MISSING = Kommunene melder seg på for ett år om gangen. Oppgi året.
refused-NOT_BY_YEAR = I dette programmet søkes det én gang. La året stå tomt.
refused-PARTICIPATION_INTERRUPTED = Deltakelsen tok slutt før årsskiftet. Den kan fortsette uten opphold, men ikke tas opp igjen.
refused-NOT_RANKED = Søkerne rangerer ikke hverandres søknader her.
refused-NOT_APPLIED = Kommunen har ingen egen søknad som står.
refused-RANKING_INCOMPLETE = Hver av de andres søknader som står, skal ha én plass.
refused-OUTSIDE_REGION = Kommunen ligger i en annen region.
refused-APPLICATION_WITHDRAWN = Søknaden er trukket.
refused-ALREADY_SELECTED = Valget er alt gjort.
refused-REGION_FULL = Regionen har ikke plass til så mange.
refused-PLACES_UNKNOWN = Programmet sier ikke hvor mange en region kan ha.
refused-NOT_ASSESSED_BY_ANOTHER = En søknad er ikke vurdert av andre enn den som velger.
refused-ALREADY_ASSESSED = Virksomheten har alt vurdert søknaden.
refused-POLITICAL_DECISION_MISSING = Kommunestyret har ikke vedtatt det ennå.
refused-OUTSIDE_PROGRAMME = Dagene ligger utenfor programmet eller deltakelsen.
refused-ALREADY_DECIDED = Et tidligere vedtak står.
refused-NOT_CONCERNED = Kommunen får ikke noe av denne fordelingen.

## Objections

objections-title = Innsigelser
objections-link = Innsigelser og svar
objections-intro = En kommune kan komme med innsigelse mot et tall, en fordeling eller en avgjørelse. Den som svarer for det, svarer med begrunnelse, og begge deler blir stående.
objections-none = Det er ingen innsigelser her som du kan se.
objection-kind-AWARD = Et tall fra en kilde
objection-kind-ALLOCATION = En fordeling
objection-kind-FUNDING_CLAIM = En avgjørelse om et krav
objection-make = Kom med innsigelse
objection-about = Det gjelder: { $what }.
objection-send = Send innsigelsen
objection-link = Kom med innsigelse mot dette beløpet
objection-waits = Venter på svar fra { $body }.
objection-answer = Svar på innsigelsen
objection-outcome = Utfall
objection-outcome-UPHELD = Tatt til følge
objection-outcome-PARTLY_UPHELD = Tatt delvis til følge
objection-outcome-REJECTED = Ikke tatt til følge
objection-answered = { $outcome } { $at } av { $body }:
refused-TEXT_TOO_LONG = En tekst er for lang.

## Use, reports and evaluation

menu-use = Bruk og evaluering
form-bad-number = Et antall er ikke et helt tall.
column-municipality = Kommune
from-until = { $from } – { $until }
data-evaluation = Evaluering: datasett
data-evaluation-what = Vedtak, bruk, tiltak og indikatorer for hver kommune og hvert år, uten navn og fritekst. Små antall personer er utelatt.
data-code-book = Evaluering: kodebok
data-code-book-what = Hva variablene i datasettet sier, i hvilken enhet, og hvem som sier det.
measures-title = Tiltak
measures-intro = Hva kommunene gjør med potten: hva som endres i måten å arbeide på, for hvem, og hvem som er med.
measures-none = Ingen tiltak som du kan se, er registrert.
measure-target-group = Målgruppe
measure-who = Hvem som er med
measure-period = Periode
measure-from-pot = Beløp fra potten (kr)
measure-was = Før: { $period }, { $amount }. Endret fordi: { $reason }
measure-register = Registrer tiltaket
measure-register-does = Tiltaket vises for statsforvalteren, direktoratene i programmet, programkontoret og evaluator. Skriv ikke om enkeltpersoner.
measure-name = Navn
measure-change = Hva som endres i måten å arbeide på
measure-services = Tjenester som er med, med komma mellom
measure-sectors = Sektorer som er med
measure-from = Første dag
measure-until = Siste dag
sector-EDUCATION = Barnehage og skole
sector-HEALTH = Helse
sector-CHILD_WELFARE = Barnevern
sector-LABOUR_AND_WELFARE = Nav og sosiale tjenester
sector-INTEGRATION = Integrering
sector-CULTURE_AND_LEISURE = Kultur og fritid
sector-JUSTICE = Justis
sector-VOLUNTARY = Frivillighet
support-title = Støtte og avtaler
support-none = Ingen har bedt om støtte.
support-asked = { $municipality } til { $body }
support-given = { $day }, { $hours } timer: { $text }
support-ask = Be om støtte
support-environment = Kompetansemiljøets organisasjonsnummer
support-text = Hva det gjelder
agreements-title = Samarbeidsavtaler
agreement-told = { $municipality } og { $body }, { $period }: { $about }
gatherings-title = Samlinger
gatherings-none = Ingen samling er kunngjort.
support-give = Registrer støtte som er gitt
support-day = Dag
support-hours = Timer
support-given-text = Hva støtten besto i
agreement-register = Registrer en avtale
agreement-with = Den andre partens organisasjonsnummer
agreement-about = Hva avtalen gjelder
gathering-announce = Kall inn til samling
gathering-announce-does = Alle kommunene det gjelder, ser innkallingen. Den som kaller inn, registrerer etterpå hvem som kom.
gathering-title = Navn på samlingen
gathering-place = Sted
gathering-day = Dag
gathering-region = Statsforvalterens organisasjonsnummer; tomt er alle regioner
gathering-record = Registrer hvem som kom
gathering-who = Kommunenummer eller organisasjonsnummer, med komma mellom
form-bad-hours = Timene er ikke et helt tall.
gathering-told = { $title }, { $place }, { $day }. Arrangert av { $body }. Til stede: { $attended }
gathering-not-recorded = ikke ført ennå
reports-title = Årsrapporter
reports-intro = Én rapport i året mot programmets mål, i stedet for én for hver ordning. Det som ikke er brukt, overføres til neste år, og betales tilbake når siste dag for bruk er gått.
reports-none-due = Ingen rapport som du kan se, skal leveres.
reports-due-caption = Rapporter som skal leveres
report-due-day = Frist
report-there = Levert
report-late = Fristen er gått ut
report-not-yet = Ikke levert ennå
report-of = { $municipality }, { $year }, versjon { $number }
report-granted = Tilskudd for året
report-brought-forward = Overført fra året før
report-spent = Brukt (kr)
report-repaid = Betalt tilbake (kr)
report-carried-over = Overføres til neste år
report-hours = { $applications } timer på søknader, { $reports } timer på rapporter
report-hours-applications = Timer på søknader
report-hours-reports = Timer på rapporter
report-people = Antall barn, unge og foreldre som tiltaket nådde
report-achievement = Grad av måloppnåelse
report-goal-text = Om målet
report-state-SUBMITTED = Levert
report-state-RETURNED = Sendt tilbake
report-state-APPROVED = Godkjent
report-state-REPLACED = Erstattet av en ny versjon
report-answer = Svar på rapporten
report-approve = Godkjenn
report-return = Send tilbake
report-submit = Lever rapporten
report-submit-does = Programkontoret godkjenner rapporten eller sender den tilbake. En rapport som er levert, blir stående.
achievement-REACHED = Nådd
achievement-PARTLY_REACHED = Delvis nådd
achievement-NOT_REACHED = Ikke nådd
achievement-TOO_EARLY = For tidlig å si
evaluation-title = Evaluering
evaluation-intro = Hva programmet skal føre til, hva som er funnet, hvordan det var før, og hva som er spart.
goals-title = Mål
goals-none = Programfilen oppgir ingen mål.
goal-kind-EFFECT = Effektmål
goal-kind-RESULT = Resultatmål
goal-source = Kilde: { $source }
evaluation-found = { $body }: { $achievement }. { $text }
evaluated-measures = Tiltak som er evaluert
zero-point-title = Nullpunktet
zero-point-caption = Hvordan det var før kommunen ble med, og hva som er spart
zero-point-column = Nullpunktsanalysen
zero-point-none = Ingen kommuner som du kan se, er med.
zero-point-missing = ikke oppgitt
zero-point-tell = Fortell om nullpunktet
zero-point-day = Dagen det gjelder
zero-point-text = Hvordan dere arbeidet
hours-column = Timer i året før
saved-column = Spart
hours-saved = { $year }: { $hours } timer mot { $before } før, { $saved } spart.
series-title = Indikatorer for kommunen
series-zero-point = { $year } (nullpunkt)
series-later = { $year }
made-up = oppdiktet
evaluate = Evaluer
evaluate-what = Hva som evalueres
refused-NEGATIVE_AMOUNT = Et beløp er negativt.
refused-LIES_AHEAD = Dagen er ikke kommet.
refused-GIVES_NO_SUPPORT = Virksomheten er ikke kompetansemiljø i programmet og regionen.
refused-YEAR_NOT_OVER = Året rapporteres når siste dag for bruk er gått.
refused-EARLIER_YEAR_MISSING = Året før må rapporteres, og godkjennes, først.
refused-LATER_YEAR_REPORTED = Et senere år er rapportert, og bygger på disse tallene.
refused-MORE_THAN_AVAILABLE = Det er brukt og betalt tilbake mer enn det var.
refused-UNSPENT_NOT_REPAID = Det som ikke ble brukt innen siste dag, må betales tilbake.
refused-GOALS_NOT_ANSWERED = Hvert mål må besvares én gang.
refused-PARTS_EXCEED_WHOLE = Tiltakenes deler er til sammen mer enn det som er brukt.
