# The pages' texts in nynorsk.

## The frame

skip = Hopp til innhaldet
search-label = Finn ein kommune
search-button = Søk
language = Språk
menu = Meny
menu-own = Kommunen vår
menu-programme = Programmet
menu-check = Før vedtak
menu-cases = Dobbeltfinansiering
menu-sources = Kjeldestatus
menu-about = Om tala
as-of-banner = Sida viser det som var kjent til og med { $day }.
as-of-leave = Vis slik det er no
as-of-label = Slik det var
as-of-button = Vis den dagen
query-behind = Spørjinga bak sida
query-behind-intro = Sida viser svaret på denne operasjonen mot det offentlege skjemaet, og ikkje noko anna.
query-variables = Variablar
query-open = Opne spørjinga i GraphiQL
acting-as = Du ser sidene som { $body }
acting-as-public = Du ser sidene som publikum.
log-in = Logg inn
log-out = Logg ut
open-mode = Open modus: Ingen loggar inn her. Alle kan sjå sidene som kva verksemd som helst.
represent = Kven representerer du?
represent-button = Vel
choose = Vel …
represent-hint = Organisasjonsnummer, ni siffer. Tomt felt: programkontoret.
to-front = Til framsida
bad-address = Adressa eller skjemaet kan ikkje lesast.
bad-day = Dagen i adressa kan ikkje lesast. Skriv han som 2021-06-01.
bad-organisation-number = Det er ikkje eit organisasjonsnummer: ni siffer med rett kontrollsiffer.

## Pages that cannot be shown

error-not-found = Finst ikkje
error-not-found-advice = Det finst ikkje noko her som du kan sjå. Kontroller adressa, eller søk etter kommunen.
error-bad-input = Det kan ikkje lesast
error-bad-input-advice = Noko i adressa eller skjemaet er ikkje slik det må vere.
error-forbidden = Ikkje tilgang
error-forbidden-advice = Rolla di gjev ikkje tilgang til denne sida.
error-unavailable = Ikkje tilgjengeleg no
error-unavailable-advice = Det kan ikkje svarast akkurat no. Prøv igjen om litt.
error-internal = Noko gjekk gale
error-internal-advice = Feilen er vår, og han står i loggen. Prøv igjen om litt.

## Figures and dates

not-applicable = ikkje aktuelt
not-delivered = manglar data frå kjelda
not-known = ikkje kjent
not-stated = ikkje oppgitt
sum-in-part = minst { $known } ({ $missing } manglar)
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
last-heard = sist høyrt frå { $at }
never-heard = aldri høyrt frå
never = aldri

## Words that several pages share

kind-voted = Løyvd
kind-applied = Søkt
kind-granted = Innvilga
kind-awarded = Tildelt
kind-paid = Utbetalt
kind-awarded-on-pot = Tildelt på programmet sin eigen post
kind-paid-on-pot = Utbetalt på programmet sin eigen post
left = Står att å betale ut
pot-difference = Sum av delane minus tildelt
all = Alle
text = Tekst
sort = Sorter etter
filter-button = Vis
filter-none = Fjern filter
pages = Fleire sider
page-previous = Førre side
page-next = Neste side
sum-of-shown = Sum av det som er vist
sum-of-shares = Sum av delane
column-number = Nr.
column-scheme = Ordning
column-post = Kapittel og post
column-owner = Direktorat
column-share = Del
column-source = Kjelde
column-year = År
column-grant-year = Tilskotsår
column-completeness = Kor heilt
column-status = Status
column-date = Dato
column-payer = Utbetalar
column-reference = Referanse
column-before = Før programmet
column-without = Utan programmet
column-with = Med programmet
column-difference = Skilnad
column-verdict = Vurdering
column-name = Namn
column-ministry = Departement
column-accounts = Statsrekneskapen
column-governor = Statsforvaltar
column-kind = Kva
column-opened = Opna
column-received = Motteke
column-changed = Endra hos kjelda
column-place = Stad
column-reason = Grunn
column-about = Gjeld
column-seen = Sett
no-post = ingen post det året
no-scheme = Programmet sin eigen post, eller ordning ikkje kjend
no-record = ingen post hos kjelda
recipient-unknown = Mottakar kan ikkje fastslåast
reasons = Grunngjeving
evidence = Grunnlag
what-next = Kva skjer vidare
history = Historikk
use-from = Kan brukast frå
use-until = Kan brukast til

## Front page

front-title = Kva kommunen får frå staten, samla
front-lead = Tilskot frå fleire direktorat til same kommune, som eitt programtilskot: kva det er sett saman av, kva som er utbetalt, og kva vi ikkje veit.
front-promise = Det som manglar, blir vist som manglande. Ein delsum blir aldri vist som heile summen.
front-participants = Vel ein kommune for å sjå programtilskotet.
waits-heading = Dette ventar
waits-cases = Saker om dobbeltfinansiering
waits-clearances = Klareringar som snart går ut
waits-sources = Kjelder som er stille eller gamle
waits-nothing = Ingenting ventar.
sources-all-fresh = Alle kjelder er høyrde frå innanfor fristen.
all-cases = Alle opne saker
clearance-line = { $reference }: { $name }, { $year }, går ut { $at }

## Search

search-title = Søk etter kommune
search-hint = Skriv eit namn, eit kommunenummer (også eit gammalt) eller eit organisasjonsnummer.
search-none = Ingen kommune har eller har hatt «{ $text }» som namn eller nummer.
search-count = { $count ->
    [one] { $count } kommune.
   *[other] { $count } kommunar.
}
search-more = Det er fleire; søk smalare.

## A municipality

municipality-number = Kommunenummer { $number }
municipality-ended = Kommunen finst ikkje lenger
organisation-number = organisasjonsnummer { $number }
former-numbers = Tidlegare nummer
number-until = { $number } (til og med { $until })
municipality-menu = Sider om kommunen
tab-programme-grant = Programtilskot
tab-awards = Alle tilskot
tab-payments = Utbetalingar
tab-comparison = Før og no
tab-eligibility = Kan vi søkje?
tab-coverage = Kva vi ikkje ser

## Programme grant

programme-grant-title = Programtilskot { $year }: { $name }
the-number = Sum av delane { $year }
missing-shares = Manglar: { $schemes }.
known-so-far = Kjent så langt: { $known }, som ikkje er heile summen.
shares-heading = Kva det er sett saman av
shares-picture = Delane av summen, nummererte som i tabellen. Delar som manglar, er ikkje med.
shares-caption = Delar i { $year }, med kjelde
years-heading = Åra ved sida av kvarandre
years-caption = Programtilskotet år for år
no-part-in-programme = Kommunen var ikkje med i programmet.
no-grant-that-year = Kommunen har ikkje programtilskot for { $year }: han var ikkje med då, eller året er ikkje eit av budsjettåra i programmet.

## All grants

awards-title = Alle tilskot: { $name }
awards-caption = Søknader og tilskot frå alle kjelder
awards-count = { $count ->
    [one] { $count } rad.
   *[other] { $count } rader.
}
awards-left-out = { $count ->
    [one] { $count } rad er ikkje med i summane: ein del av programtilskotet, eller ikkje lenger oppgitt av kjelda.
   *[other] { $count } rader er ikkje med i summane: delar av programtilskotet, eller ikkje lenger oppgitt av kjelda.
}
awards-none = Ingen tilskot passar til det som er valt.
status-vanished = { $status }, ikkje lenger oppgitt
status-APPLIED = Søkt
status-GRANTED = Innvilga
status-REFUSED = Avslått
status-DISMISSED = Avvist
status-WITHDRAWN = Trekt
status-PAID = Utbetalt
status-REPAID = Tilbakebetalt
status-IN_PROGRAMME = Del i programmet

## Payments

payments-title = Utbetalingar: { $name }
payments-caption = Utbetalingar frå alle kjelder, nyaste først
payments-none = Inga kjelde har oppgitt utbetalingar.
payments-not-all = Berre utbetalingar som ei kjelde oppgir kvar for seg. Det utbetalte av eit tilskot kan vere meir.
next-payment = Neste utbetaling:
next-payment-why = Ingen av kjeldene seier når neste utbetaling kjem.

## Before and now

comparison-title = Før og no: { $name }
comparison-intro = Ingen kommune skulle kome dårlegare ut av programmet enn utan det. «Før» er det siste budsjettåret før programmet, og er berre til opplysning.
comparison-caption = Før, utan og med programmet
worse-off = Dårlegare ut
not-worse-off = Ikkje dårlegare ut
worse-off-unknown = Kan ikkje seiast: manglar data
breach = Det er eit brot på løftet i programmet i { $years }.

## May we apply?

eligibility-title = Kan { $name } søkje i { $year }?
eligibility-none = Ingen ordningar er kjende for dette året.
comes-without-application = kjem utan søknad
eligible-YES = Ja
eligible-NO = Nei
eligible-PARTLY = Delvis
determination-RULE = Etter regel, utan søknad
determination-INVITATION = Etter invitasjon
determination-DISCRETIONARY = Etter søknad og skjønn

## What we do not see

coverage-title = Kva vi ikkje ser i { $year }
coverage-intro = Statsrekneskapen seier kor mykje som gjekk til kommunane på kvar post. Her er postane som inga kjelde her fortel om. Kva som ligg bak dei for denne kommunen, veit vi ikkje: tala er for heile landet.
coverage-total = Til kommunane ifølgje statsrekneskapen, heile landet
coverage-heard = Av dette kjent frå kjeldene her
coverage-unheard = Av dette ikkje kjent
coverage-general = Generelle tilskot, utanom
coverage-picture = 1 er det kjeldene her fortel om, 2 er det vi ikkje ser.
coverage-caption = Postar utan kjelde her i { $year }, størst først; heile landet
coverage-none = Ingen slike postar, eller statsrekneskapen for året har ikkje kome.
general-grant = generelt tilskot

## One award

award-title = { $scheme }, { $year }
vanished-since = Kjelda oppgir ikkje lenger dette tilskotet, sidan { $at }. Det er ikkje med i nokon sum.
recipient-as-reported = Mottakar slik kjelda oppgir
decided-on = Vedteke
also-reported-by = Same tilskot hos andre kjelder
versions-heading = Kvifor endra talet seg?
versions-caption = Kvar versjon som kjelda har oppgitt, nyaste først
changed-mark = endra
no-longer-listed = Ikkje lenger oppgitt av kjelda

## The programme

programme-title = { $name } { $year }
programme-period = Frå { $from } til { $until }; pengane kan brukast til { $use }.
to-programmes = Alle programma
rules-unknown = Reglane er ikkje kunngjorde.
rules-unknown-means = Kven som deltek, frå når og kva tilskotet utelukkar, er ikkje kjent. Kvar søknad må avgjerast av ein saksbehandlar.
programmes-title = Program
programmes-caption = Program og kva som er kjent om dei
programmes-name = Program
programmes-rules = Reglar
programmes-from = Frå
programmes-until = Til
programmes-use = Midlane kan brukast til
programmes-municipalities = Kommunar
programmes-schemes = Ordningar
programmes-voted = Løyvd i { $year }
programmes-bound = Bunde av tidlegare tilsegner
programmes-free = Fritt
rule-state-PUBLISHED = Reglane er kunngjorde
rule-state-UNKNOWN = Reglane er ikkje kunngjorde
programme-number = Alle kommunar i { $year }, sum av delane
accounts-difference = Sum av delane minus statsrekneskapen
participants = Kommunar i programmet
participants-caption = Delar, sum og utbetalt for kvar kommune i { $year }
participants-none = Ingen kommunar å vise: ingen passar til søket, eller rolla di ser ikkje tala for kommunane.
paid-share = Utbetalt av summen
map-heading = Kor mykje av summen er utbetalt
map-title = Skjematisk kart: del av programtilskotet som er utbetalt
map-caption = Ei rute for kvar kommune i same rekkjefølgje som tabellen. Talet er prosent av summen som er utbetalt; ? tyder at det ikkje er kjent.
no-budget-year = { $year } er ikkje eit av budsjettåra i programmet.
rules-heading = Reglane

## Double funding

cases-title = Dobbeltfinansiering
cases-intro = Funne ved å samanlikne det systema oppgir med programmet og klareringane.
cases-caption = Saker, nyaste først
cases-none = Ingen saker som du kan sjå.
hold-back = Å halde tilbake
pay-back = Å betale tilbake
case-title = { $kind }: { $municipality }
case-opened = Opna { $at }.
case-changed = Sist endra { $at }.
evidence-caption = Tilskota ved sida av kvarandre
evidence-none = Ingen tilskot ligg til grunn.
case-state-OPEN = Open
case-state-CONFIRMED = Stadfesta
case-state-DISMISSED = Avvist
case-state-SETTLED = Gjort opp
case-kind-AWARD_TO_PARTICIPANT = Tilskot til ein deltakar
case-kind-APPLICATION_FROM_PARTICIPANT = Søknad frå ein deltakar
case-kind-AWARD_WITHOUT_CLAIM = Tilskot utan klarering
case-kind-OVERLAPPING_PERIOD = Periodar som overlappar
case-kind-UNRESOLVED_RECIPIENT = Mottakar ikkje fastslått
case-kind-POT_DIFFERENCE = Potten går ikkje opp
case-kind-SOURCES_DISAGREE = Kjeldene er usamde
case-kind-ALLOCATION_DIFFERENCE = Delen er ikkje som vedteken
case-decision-CONFIRM = Det er dobbeltfinansiering
case-decision-DISMISS = Saka er avvist
case-decision-SETTLE = Saka er gjort opp
case-next-OPEN = Direktoratet som eig ordninga, avgjer om det er dobbeltfinansiering. Til det er avgjort, bør det som står under «Å halde tilbake», ikkje betalast ut.
case-next-CONFIRMED = Det som følgjer av avgjerda, er ikkje gjort enno: beløpa skal haldast tilbake eller betalast tilbake, og saka gjerast opp.
case-next-DISMISSED = Saka er avslutta. Ingenting meir skjer.
case-next-SETTLED = Saka er gjord opp. Ingenting meir skjer.

## Before an award

check-title = Før vedtak: kan tilskotet gjevast?
check-intro = Spør før vedtaket blir gjort. Spørsmålet bind ingen, og ingenting blir skrive ned.
check-button = Spør
check-answer = Svar
form-flaw = Skjemaet kan ikkje lesast:
form-recipient = Mottakar
form-recipient-hint = Organisasjonsnummer (ni siffer) eller kommunenummer (fire).
form-amount = Beløp i kroner
form-target = Målgruppe
form-not-stated = Ikkje oppgitt
form-case = Saksnummer
form-bad-year = Tilskotsåret er ikkje eit år.
form-bad-amount = Beløpet er ikkje kroner og øre, som 1 250 000 eller 99,50.
target-CHILDREN_AND_YOUNG = Barn og unge (0–24 år)
target-ADULTS = Vaksne
target-ALL = Alle
target-OTHER = Andre
outcome-CLEAR = Klart
outcome-BLOCKED = Stansa
outcome-NEEDS_CASE_OFFICER = Må vurderast av ein saksbehandlar
outcome-UNDETERMINED = Kan ikkje avgjerast no
outcome-next-CLEAR = Be om klarering for same sak før vedtaket blir bindande. Svaret her er ikkje ei klarering.
outcome-next-BLOCKED = Tilskotet kan ikkje gjevast. To personar frå to verksemder kan foreslå og godkjenne eit unntak.
outcome-next-NEEDS_CASE_OFFICER = Reglane kan ikkje avgjere det. Be om klarering, så avgjer ein saksbehandlar som ikkje er den som spør.
outcome-next-UNDETERMINED = Noko som svaret kviler på, er ikkje kjent no. Spør igjen seinare; ikkje gje tilskotet imens.

## Sources

sources-title = Kjeldestatus
sources-intro = Systema som tala kjem frå: kor ferskt og kor heilt det dei har sagt er.
source-state-FRESH = Fersk
source-state-STALE = Gammal
source-state-INCOMPLETE = Ikkje heil
source-state-SILENT = Aldri høyrt frå
source-heard = Sist høyrt frå
source-changed = Sist noko nytt
source-schemes = Ordningar
source-records = Postar
source-set-aside = Sett til side
source-unresolved = Mottakar ikkje fastslått
source-vanished = Ikkje lenger oppgitt
source-warnings = Merkeleg, men ikkje i vegen
exclusions = Sperrer
set-aside-heading = Postar som er sette til side
set-aside-caption = Kvar dei står og kvifor dei ikkje kan lesast

## About the figures

about-title = Om tala
about-kinds-heading = Slag beløp
about-voted = Det Stortinget har løyvd på posten det året.
about-applied = Det kommunen har bedt om.
about-granted = Det direktoratet har vedteke å gje.
about-paid = Det som er betalt ut, med tilbakebetalingar trekte frå der kjelda oppgir dei.
about-three-heading = Tre ting som aldri ser like ut
about-zero = Kjelda oppgir null kroner.
about-not-applicable = Kjelda er heil og har ikkje noko beløp her.
about-not-delivered = Vi veit det ikkje: kjelda har ikkje levert, eller det kan ikkje lesast.
about-whole-heading = Kor heil ein sum er
about-whole = Heil: alle kjelder er høyrde frå innanfor fristen. Gammal: alt er kjent, men ei kjelde er eldre enn fristen. Ikkje heil: ein del er ikkje kjend; då blir ingen sum vist.
about-real-heading = Kva er verkeleg
about-real = Programmet, reglane, kommunane med alle numra sine, ordningane og tala i statsrekneskapen er verkelege. Står det eit varsel øvst på sida, er beløpa per kommune oppdikta.

## Roles and wholeness

role-PUBLIC = publikum
role-MUNICIPALITY = kommune
role-COUNTY_GOVERNOR = statsforvaltar
role-DIRECTORATE = direktorat
role-PROGRAMME_OFFICE = programkontor
role-EVALUATOR = evaluator
role-OPERATOR = drift
completeness-COMPLETE = Heil
completeness-STALE = Gammal
completeness-INCOMPLETE = Ikkje heil

## Deadlines

menu-deadlines = Fristar
menu-data = Data og eksport
deadlines-title = Fristar
deadlines-intro = Dagar då noko må vere gjort, slik programfilene og fagsystema seier det, med kven som har sagt det. At ein deltakar ikkje kan søkje, tek ikkje bort dagen: «Kan vi søkje?» svarar på det.
deadlines-coming = Fristar som kjem
deadlines-coming-caption = Fristar frå og med { $today }, den næraste først
deadlines-coming-none = Ingen fristar frå og med { $today } i dette utvalet.
deadlines-passed = Fristar som har passert
deadlines-passed-caption = Fristar før { $today }, den siste først
deadlines-passed-none = Ingen fristar før { $today } i dette utvalet.
deadline-kind-APPLICATION = Søknadsfrist
deadline-kind-USE_UNTIL = Siste dag for å bruke potten
deadline-of-pot = potten, ikkje ei ordning
deadline-everybody = Alle
deadline-today = i dag
deadline-in-days = { $count ->
    [one] om { $count } dag
   *[other] om { $count } dagar
}
deadline-passed = passert
deadline-line = { $day } ({ $until })
column-when = Når
column-said-by = Sagt av
waits-deadlines = Fristar som kjem
all-deadlines = Alle fristar
bad-year = Året i adressa kan ikkje lesast. Skriv det som 2021.

## Files and other ways to the data

files-heading = Last ned
files-intro = Filene har dei same radene som sida, med utvalet i adressa, og kjelde, alder og det som manglar i kvar av dei.
file-csv = CSV
file-csv-hint = for rekneark: semikolon og desimalkomma
file-datapackage = Datapakke
file-datapackage-hint = skildrar CSV-fila og det som manglar i ho (Frictionless)
file-json = JSON
file-json-hint = for program
file-xlsx = XLSX
file-xlsx-hint = arbeidsbok for Excel og LibreOffice
file-360giving = 360Giving
file-360giving-hint = tilskot som er gitt, i formatet til 360Giving
file-json-stat = JSON-stat
file-json-stat-hint = kube for statistikkverktøy
file-ics = iCalendar
file-ics-hint = for kalenderen
file-dcat = DCAT-AP-NO
file-dcat-hint = for datakatalogar (JSON-LD)
data-title = Data og eksport
data-lead = Alt som sidene viser, kan lastast ned eller hentast av andre program, innanfor det du sjølv har lov til å sjå.
data-files = Filer
data-files-intro = Her er heile listene. På sidene kan du laste ned akkurat det som er vist der.
data-files-caption = Kva som kan lastast ned, og i kva format
data-column-what = Kva som er i fila
data-column-files = Format
data-none-here = Denne portalen er ikkje sett opp med ein katalog.
data-filters = Ei liste kan avgrensast i adressa: «aar» for år, «kommune» for kommunenummer eller organisasjonsnummer, «ordning» for ordning. Adressa sluttar alltid med formatet.
data-awards = Søknader og tildelingar
data-awards-what = Kvar søknad og tildeling éin gong, med mottakar, utbetalar, kjelde og vedtak.
data-pots = Programtilskot
data-pots-what = Potten for kvar deltakar og kvart år, del for del, med det som manglar.
data-payments = Utbetalingar
data-payments-what = Kvar utbetaling som ei kjelde daterer, med referanse.
data-cases = Dobbeltfinansiering
data-cases-what = Saker, med beløp å halde tilbake og krevje tilbake.
data-coverage = Dekning
data-coverage-what = Kva statsrekneskapen seier nådde kommunane, post for post, og kva kjeldene her rapporterer av det.
data-deadlines = Fristar
data-deadlines-what = Dagar då noko må vere gjort, med kven som har sagt det.
data-allocations = Fordelingar
data-allocations-what = Kva kvar kommune får av kvar ordning etter fordelingane til programmet, versjon for versjon, med eining, metode og regel ved likskap.
data-catalogue = Katalog
data-catalogue-what = Skildringa av datasetta og grensesnittet, for data.norge.no og andre katalogar.
data-in-each = Det som står i kvar fil
data-in-each-age = Når fila vart laga, for kven, når kvar kjelde sist vart høyrd frå, og kva som manglar.
data-in-each-states = Ved sida av kvart beløp står tilstanden. Eit tomt beløp er aldri null kroner.
data-in-each-amounts = Beløp er kroner med to desimalar. Ingen kolonne tel noko to gonger.
data-in-each-harmless = I CSV har tekst som kunne takast for ein formel, fått ein apostrof framfor. Datapakken seier det.
data-who = Kven som ser kva
data-reach-PUBLIC = Programma, ordningane, fristane, alderen til kjeldene og vedtekne summar. Ingen enkelttildelingar.
data-reach-MUNICIPALITY = Alt som gjeld kommunen sjølv.
data-reach-COUNTY_GOVERNOR = Kommunane i fylket sitt.
data-reach-DIRECTORATE = Sine eigne ordningar i sin heilskap, andre sine så langt kontrollen før vedtak treng det.
data-reach-PROGRAMME_OFFICE = Alt.
data-reach-EVALUATOR = Tal det er gjort vedtak om.
data-ways = Andre vegar til det same
data-api = Grensesnittet. Spør med POST eller GET; straumar med WebSocket eller SSE. Adressa er
data-graphiql = Prøv spørjingar i nettlesaren. Nedst på kvar side står spørjinga bak ho.
data-schema = Skjemaet (SDL)
data-schema-what = Alle typar og felt, med forklaringar, for kodegeneratorar og verktøy.
data-calendar = Fristane i kalenderprogrammet ditt, på ei adresse som kan trekkjast tilbake.
data-command = Kommandolinja
data-command-what = Dei same filene, laga der portalen køyrer. Inga kjelde blir spurd på nytt.
data-licence = Lisens og kjelder
data-licence-none = Lisensen er ikkje oppgitt for denne portalen. Spør den som driv han, før du bruker tala vidare.
data-publisher = { $name } svarar for dataa.
data-contact = Kontakt:
data-sources-licence = Numra og namna til kommunane er frå Statistisk sentralbyrå (KLASS). Statsrekneskapen er frå Direktoratet for forvaltning og økonomistyring. Tildelingar og utbetalingar er frå fagsystemet til kvart direktorat.

## The calendar

calendar-title = Fristar i kalenderen
calendar-way = Få fristane i kalenderen din
calendar-lead = Fristane kan stå i kalenderprogrammet ditt og halde seg oppdaterte av seg sjølve.
calendar-open = Open fil
calendar-open-what = Fristane er offentlege. Fila kan lastast ned av alle, eller abonnerast på utan innlogging:
calendar-own = Eiga adresse
calendar-own-what = Ei eiga adresse verkar utan innlogging og kan trekkjast tilbake. Adressa til ein kommune utelèt andre deltakarar sine eigne fristar. Adressa gir berre tilgang til fristar som er offentlege.
calendar-make = Lag ei ny adresse
calendar-made = Den nye adressa
calendar-made-once = Kopier ho no: ho blir vist berre denne eine gongen. Portalen lagrar berre eit avtrykk av ho.
calendar-made-next = Lim ho inn i kalenderprogrammet som eit abonnement. Programmet hentar ho sjølv, oftast éin gong i døgnet. Treng du ho ikkje lenger, trekkjer du ho tilbake nedanfor.
calendar-standing = Adresser som verkar no
calendar-none = Verksemda har ingen adresser.
calendar-caption = Adresser som verksemda di har laga, den nyaste først
calendar-column-made = Laga
calendar-column-id = Kjenneteikn
calendar-revoke = Trekk tilbake
calendar-revoke-one = Trekk tilbake adressa som vart laga { $made }
calendar-revoke-what = Ei adresse som blir trekt tilbake, sluttar å verke med ein gong, for alle som har ho. Ho kan ikkje takast i bruk igjen; lag heller ei ny.
calendar-needs-body = Logg inn på vegner av ei verksemd for å lage ei eiga adresse.
calendar-too-many = Verksemda har allereie { $count } adresser, og fleire kan ho ikkje ha. Trekk tilbake ei først.

## The accessibility statement

statement = Tilgjengelegheitserklæring
statement-what = Offentlege verksemder skal ha ei tilgjengelegheitserklæring på uustatus.no. Ho seier kva krav til universell utforming sidene oppfyller og ikkje oppfyller, og kvar du melder frå.
statement-read = Les erklæringa
statement-none = Den som driv denne portalen, har ikkje oppgitt noka.
## Refusals of the interface, as pages

error-login-refused = Innlogginga vart ikkje fullført
error-login-refused-advice = Du er ikkje logga inn. Det du kan sjå utan å logge inn, ser du som før.
error-login-unavailable = Innlogginga er ikkje tilgjengeleg no
error-login-unavailable-advice = Kven som er logga inn, kan ikkje avgjerast akkurat no. Prøv igjen om litt.
error-form-refused = Skjemaet vart ikkje teke imot
error-form-refused-advice = Skjemaet vart ikkje sendt frå ei side i denne økta, så ingenting er endra. Opne sida på nytt og send det derifrå.
error-session-required = Du må vere logga inn
error-session-required-advice = Ingen er logga inn her, eller økta er over.
error-method = Det går ikkje her
error-method-advice = Adressa finst, men tek ikkje imot det som vart sendt. Gå til sida på nytt og byrja derifrå.
login-flaw-not-begun = Inga innlogging var byrja i denne nettlesaren, eller ho er fullført alt.
login-flaw-state = Svaret høyrer til ei anna innlogging.
login-flaw-too-late = Det tok meir enn ti minutt.
login-flaw-issuer = Svaret kjem frå ein annan stad enn der du vart send for å logge inn.
login-flaw-denied = Du vart ikkje sleppt inn, eller du avbraut.
login-flaw-no-code = Svaret manglar det som skulle prove innlogginga.
login-flaw-code = Innlogginga vart ikkje godteken; ho kan vere brukt før.
login-flaw-no-id-token = Det kom ikkje fram kven som logga inn.
login-flaw-id-token = Det som vart sagt om kven som logga inn, er ikkje til å lite på.
login-anew = Logg inn på nytt
refusal-code = Kode
refusal-reference = Referanse, om du spør oss om dette
## The county governor's overview, the sources' ages, the printed page

menu-overview = Fylkesoversikt
overview-title = Fylkesoversikt
overview-intro = Kommunar, ordningar og år samla: kva kvar ordning bidreg med til programtilskotet i { $programme }, kva som er utbetalt, og kva som manglar.
overview-municipalities = Kommunar
overview-municipality = Kommune
overview-participants = Berre deltakarar
overview-only = Berre med
overview-with-gaps = Tal som manglar
overview-with-cases = Opne saker
overview-number = Kommunenummer
overview-gaps = Delar som manglar
overview-cases = Opne saker
overview-count = { $count ->
    [one] Éin kommune.
   *[other] { $count } kommunar.
}
overview-open-cases = { $count ->
    [0] Ingen opne saker om dobbeltfinansiering.
    [one] Éi open sak om dobbeltfinansiering.
   *[other] { $count } opne saker om dobbeltfinansiering.
}
overview-to-cases = Sjå dei opne sakene
overview-cases-count = { $count ->
    [one] éi open sak
   *[other] { $count } opne saker
}
overview-cases-past = Saker blir berre viste slik dei er no, ikkje for ein tidlegare dag.
overview-cases-unseen = Saker om dobbeltfinansiering blir ikkje viste for deg.
overview-public = Tal for kvar kommune blir viste for kommunen sjølv, statsforvaltaren, direktorata og programkontoret. Her står det som er offentleg: summane for heile programmet.
overview-years-caption = Summar for kommunane som er valde, heile programmet, og kor mykje av statsrekneskapen kjeldene her ser i heile landet
overview-grants = Kommunar med tilskot
overview-whole = Sum for heile programmet
overview-whole-paid = Utbetalt i heile programmet
overview-coverage-heading = Dekning i heile landet
overview-coverage = { $share } %: { $heard } av { $total }
overview-nothing = ingen blir viste
overview-spread = frå { $lowest } til { $highest } %, midtarste { $median } % (kjent for { $known } av { $all })
overview-no-spread = ikkje kjent for nokon
overview-table-heading = Kommune for kommune
overview-caption = Del av programtilskotet frå kvar ordning, summen av delane, og kva som er utbetalt på den eigne posten til programmet
overview-none = Ingen kommunar passar til vala.
overview-gap = manglar
overview-no-part = tek ikkje del
overview-unseen = ingen tal du kan sjå: tok ikkje del det året, eller ligg utanfor det du har innsyn i
overview-unseen-share = ikkje innsyn
overview-stale = { $sum } (gammal)
overview-legend-zero = 0 kr: kjelda oppgir null kroner.
overview-legend-na = : kjelda er heil og har ikkje noko beløp her.
overview-legend-gap = : manglar data frå kjelda; summen er då ikkje kjend.
overview-sums = Sum av alle som er valde
overview-all-rows = Vis alle { $count } på éi side
overview-map-caption = Ei rute for kvar kommune i tabellen over som har tilskot, i same rekkjefølgje, med namn eller kommunenummer. Talet er kor mange prosent av summen som er utbetalt i åra som blir viste: fem steg frå lys til mørk. ? tyder at det ikkje er kjent.
programme-to-overview = Sjå alle kommunar, ordningar og år i fylkesoversikta
programme-gaps = Kva som manglar, og for kven
programme-years-caption = Heile programmet år for år: løyvd, sum av delane, tildelt og utbetalt på den eigne posten til programmet, og kva statsrekneskapen seier
timeline-heading = Kor gamle kjeldene er
timeline-title = Tidslinje: når kvar kjelde sist vart høyrd frå, og når ho sist sa noko nytt
timeline-caption = No er { $now }, til høgre. Rundingen er når kjelda sist vart høyrd frå, firkanten når ho sist sa noko nytt; ? er aldri. Avstandane er tettare jo lenger tilbake. Numra står i tabellen.
timeline-table = Kjeldene etter nummer: tilstand og alder
age-mark-now = no
age-mark-minute = 1 min
age-mark-hour = 1 t
age-mark-day = 1 døgn
age-mark-week = 1 veke
age-mark-month = 1 md.
age-mark-year = 1 år
age-seconds = { $count ->
    [0] no
    [one] for eitt sekund sidan
   *[other] for { $count } sekund sidan
}
age-minutes = { $count ->
    [one] for eitt minutt sidan
   *[other] for { $count } minutt sidan
}
age-hours = { $count ->
    [one] for éin time sidan
   *[other] for { $count } timar sidan
}
age-days = { $count ->
    [one] for eitt døgn sidan
   *[other] for { $count } døgn sidan
}
exclusions-wanted = Skal stå
exclusions-standing = Står
exclusions-failing = Står ikkje
exclusions-unknown = Uvisst om står
exclusions-kept = Sist i orden
exclusions-tried = Sist sett etter
exclusions-whole = Alle sperrer står.
exclusions-not-whole = Ikkje alle sperrer står.
exclusions-foreign = Sperrer som andre har sett
exclusions-foreign-one = { $whom }: { $subject }, frå { $from } til { $until }
set-aside-more = Og { $count } til.
source-inside-unseen = Feil, sperrer og postar som er sette til side, blir viste for direktoratet som eig kjelda, og for programkontoret.
printed = Tala slik dei var kjende { $at }. Henta frå programgrant, { $address }.
## What has changed

changes-title = Kva har endra seg i { $year }: { $name }
changes-back = Programtilskot { $year }
changes-label = Vis endringar sidan
changes-button = Vis endringar
changes-choose = Vel ein dag, så blir det kjeldene har oppgitt av nytt etter den, vist.
changes-heading = Endra sidan { $day }
changes-explained = Alt kjeldene har oppgitt av nytt etter { $day }, nyaste først, med det som gjaldt før.
changes-pot-before = Sum av delane { $day }
changes-pot-now = Sum av delane no
changes-pot-difference = Endring i summen
changes-none = Inga kjelde har oppgitt noko nytt sidan { $day }.
changes-bad-day = Vel ein dag før i dag, skriven som 2026-06-01.
change-received = Motteke { $at }
change-said-at = Endra hos kjelda: { $at }
change-was-not-there = fanst ikkje
change-before = før:
change-now = no:
nothing-missing = Ingenting manglar: alle delane er kjende
years-menu = Vel år
## Commands: what all forms share

menu-claims = Krav
error-too-large = Det er for stort
error-too-large-advice = Ei liste kan vere på høgst 1 MiB, skjemaet medrekna. Ingenting er lese. Del lista, og spør om éin del om gongen.
not-done = Ikkje utført.
step-does = Kva dette gjer
step-until = Til når
step-next = Kva skjer så
step-who = Kven avgjer
step-when = Innan når
step-meanwhile = Kva du gjer imens
no-end = ingen frist
have-read = Eg har lese kva dette gjer.
form-not-read = Kryss av for at du har lese kva dette gjer.
form-no-decision = Vel ei avgjerd.
command-reason = Grunngjeving
command-decision = Avgjerd
column-by = Av

## Before an award: asking for a clearance

check-anew = Spør om noko anna
request-title = Be om klarering
request-button = Be om klarering
request-again = Spør igjen med same krav
request-undecided = Kravet er skrive ned, men kan ikkje avgjerast no.
request-see = Sjå kravet
request-pending = Plassen er halden av. Spør igjen med det same skjemaet om litt.
request-pending-until = Plassen er halden av til { $at }. Spør igjen med det same skjemaet før det; elles fell kravet bort.
request-not-yours = Klarering for denne ordninga kan berre { $body } be om.
request-does-CLEAR = { $amount } frå { $scheme } i { $year } til { $recipient } blir reservert i hovudboka. Ingen andre kan få klarering for det same så lenge.
request-does-NEEDS_CASE_OFFICER = { $amount } frå { $scheme } i { $year } til { $recipient } blir reservert i hovudboka. Ingen andre kan få klarering for det same så lenge.
request-does-UNDETERMINED = { $amount } frå { $scheme } i { $year } til { $recipient } blir reservert i hovudboka. Ingen andre kan få klarering for det same så lenge.
request-does-BLOCKED = Eit krav på { $amount } frå { $scheme } i { $year } til { $recipient } blir skrive ned som avslått, med regelen. Ingenting blir reservert.
request-until-CLEAR = Til du stadfestar eller gjev tilbake, eller til fristen som kjem til å stå på kravet.
request-until-NEEDS_CASE_OFFICER = Til ein saksbehandlar har avgjort, eller du gjev kravet tilbake.
request-until-UNDETERMINED = I to minutt om gongen, så lenge du spør igjen.
request-until-BLOCKED = Ingenting blir halde av.
request-next-CLEAR = Kjelder og reglar blir lesne på nytt. Er svaret framleis klart, får du klareringa på sida for kravet og stadfestar der før vedtaket blir bindande.
request-next-NEEDS_CASE_OFFICER = Kravet ventar på ein saksbehandlar, som tillèt eller avslår med grunngjeving.
request-next-UNDETERMINED = Kjelder og reglar blir lesne på nytt. Kan det framleis ikkje avgjerast, spør du igjen med det same skjemaet.
request-next-BLOCKED = To personar frå to andre verksemder kan foreslå og godkjenne eit unntak frå sida for kravet.
request-who-CLEAR = Reglane, med ein gong.
request-who-NEEDS_CASE_OFFICER = Ein saksbehandlar i direktoratet som eig ordninga, men ikkje du.
request-who-UNDETERMINED = Reglane, når det som svaret kviler på, er kjent.
request-who-BLOCKED = Regelen har avgjort.
request-meanwhile-CLEAR = La vedtaket vente til klareringa er stadfesta.
request-meanwhile-NEEDS_CASE_OFFICER = Ikkje gje tilskotet.
request-meanwhile-UNDETERMINED = Ikkje gje tilskotet.
request-meanwhile-BLOCKED = Ikkje gje tilskotet.
last-receipt = Siste kvittering
last-receipt-label = Den siste kvitteringa du fekk
last-receipt-hint = Viser at hovudboka ikkje har gløymt noko sidan sist. Tomt felt: inga.

## Before an award: a list of applicants

list-link = Spør om ei heil liste
list-title = Før vedtak: ei liste med søkjarar
list-intro = Lim inn eller last opp lista slik reknearket lagrar ho. Kvar linje får sitt svar. Det er spørsmål: ingenting blir reservert eller skrive ned.
list-back = Spør om éin søkjar
list-flaw = Lista kan ikkje lesast:
list-caption = Svar for kvar linje, i rekkjefølgja til lista
list-line = Linje
list-whole = Heile svaret for linje { $line }
list-next = Be om klarering for kvar søkjar for seg, før vedtaket blir bindande. Rett linjene som ikkje kan lesast, og spør igjen.
list-bad-line = Kan ikkje lesast
list-no-lines = Lista har ingen linjer under overskrifta.
list-paste = Lim inn lista
list-columns = Første linja er overskrifta: orgnr eller kommunenummer, ordning (eller kapittel og post), år, beløp; målgruppe, fra, til, aktivitet og saksnummer om dei finst. Semikolon, tabulator eller komma imellom.
list-file = Eller last opp ei fil
list-file-hint = CSV, høgst 1 MiB og 500 linjer.
list-year = Tilskotsår der linja ikkje seier det
list-scheme = Ordning der linja ikkje seier det
list-both = Du har både limt inn og lasta opp. Vel éin av delane.
list-empty = Ho er tom.
list-too-long = Ho har { $count } linjer; høgst { $most } kan spørjast om samstundes. Del ho.
list-quotes = Hermeteikna på linje { $line } går ikkje opp.
list-encoding = Teiknsettet er verken UTF-8, UTF-16 eller Windows-1252.
list-twice = Overskrifta har to kolonnar for det same: «{ $one }» og «{ $other }».
list-no-recipient = Overskrifta har ingen kolonne for mottakaren (orgnr eller kommunenummer).
list-no-amount = Overskrifta har ingen kolonne for beløpet (beløp).
list-no-year = Overskrifta har ingen kolonne for året (år), og skjemaet seier det ikkje.
list-no-post = Overskrifta har berre den eine av kapittel og post.
list-no-scheme = Overskrifta har ingen kolonne for ordninga (ordning, eller kapittel og post), og skjemaet seier ho ikkje.

## Claims

claims-title = Krav
claims-intro = Krav om klarering som du kan sjå.
claims-caption = Krav, med status og frist
claims-none = Ingen krav som du kan sjå.
claim-title = Krav { $reference }: { $name }
claim-amount = Beløp det er spurt om
claim-asked-by = Spurt av
claim-asked-at = Spurt
claim-award = Referansen til tildelinga
claim-ends = Frist
claim-all-awards = Alle tilskot til kommunen
claim-history-caption = Kva som har hendt med kravet, eldste først
receipt-title = Kvittering
receipt-why = Ho viser kor langt hovudboka var komen. Ta vare på ho, og send ho med neste gong du ber om klarering: har hovudboka gløymt noko sidan, kjem det fram. Nettlesaren hugsar den siste til han blir lukka.
claim-state-REQUESTED = Reservert, ikkje avgjort
claim-state-HELD = Ventar på saksbehandlar
claim-state-CLEARED = Klarert
claim-state-DENIED = Avslått
claim-state-CONFIRMED = Stadfesta
claim-state-PAID = Utbetalt
claim-state-REVERSED = Gjort om
claim-state-RELEASED = Gjeve tilbake
claim-state-EXPIRED = Gått ut
claim-state-QUARANTINED = I karantene
claim-next-REQUESTED = Svaret er ikkje kjent enno. Den som spurde, spør igjen med det same skjemaet; elles fell kravet bort ved fristen.
claim-who-REQUESTED = Reglane, når det som svaret kviler på, er kjent.
claim-meanwhile-REQUESTED = Ikkje gje tilskotet. Ingen andre får klarering for det same imens.
claim-next-HELD = Ein saksbehandlar tillèt eller avslår, med grunngjeving.
claim-who-HELD = Ein saksbehandlar i direktoratet som eig ordninga, eller programkontoret; ikkje den som spurde.
claim-meanwhile-HELD = Ikkje gje tilskotet. Plassen er halden av.
claim-next-CLEARED = Klareringa blir stadfesta før vedtaket blir bindande, eller gjeven tilbake. Skjer ingen av delane, går ho ut ved fristen.
claim-who-CLEARED = Den som spurde.
claim-meanwhile-CLEARED = La vedtaket vente til klareringa er stadfesta. Ingen andre får klarering for det same.
claim-next-DENIED = Tilskotet kan ikkje gjevast. To personar frå to verksemder som ikkje spurde, kan foreslå og godkjenne eit unntak.
claim-who-DENIED = Avgjort. Eit unntak krev to andre verksemder.
claim-meanwhile-DENIED = Ikkje gje tilskotet.
claim-next-PROPOSED = Eit unntak er foreslått og ventar på den andre personen. Utan godkjenning innan fristen fell det bort.
claim-who-PROPOSED = Ein person frå ei anna verksemd enn den som foreslo, og den som spurde.
claim-meanwhile-PROPOSED = Ikkje gje tilskotet.
claim-next-CONFIRMED = Tilskotet kan bli bindande og held plassen. Når kjelda melder utbetaling, blir kravet merkt som utbetalt.
claim-who-CONFIRMED = Avgjort.
claim-meanwhile-CONFIRMED = Gje kravet tilbake dersom tilskotet likevel blir gjort om.
claim-next-PAID = Kjelda har meldt at tilskotet er utbetalt. Ingenting meir skjer.
claim-who-PAID = Avgjort.
claim-meanwhile-PAID = Gje kravet tilbake dersom tilskotet blir gjort om og betalt tilbake.
claim-next-QUARANTINED = Klareringa gjekk ut, og tilskotet kan likevel vere bindande. Er det gjeve, blir det stadfesta; er det ikkje gjeve, må to personar frå to verksemder seie det.
claim-who-QUARANTINED = Den som spurde, eller to personar frå to andre verksemder.
claim-meanwhile-QUARANTINED = Finn ut om tilskotet er gjeve. Plassen er halden av.
claim-next-RELEASED = Kravet er gjeve tilbake, og plassen er fri. Ingenting meir skjer.
claim-who-RELEASED = Avgjort.
claim-meanwhile-RELEASED = Ikkje gje tilskotet på dette kravet. Skal det gjevast likevel, be om klarering på nytt.
claim-next-EXPIRED = Klareringa vart ikkje stadfesta i tide, og plassen er fri. Ingenting meir skjer.
claim-who-EXPIRED = Avgjort.
claim-meanwhile-EXPIRED = Ikkje gje tilskotet på dette kravet. Be om klarering på nytt.
claim-next-REVERSED = Tilskotet er gjort om, og plassen er fri. Ingenting meir skjer.
claim-who-REVERSED = Avgjort.
claim-meanwhile-REVERSED = Det som er betalt ut, skal krevjast tilbake.

## Commands on a claim

command-reference = Referansen til tildelinga i eige system
command-reference-hint = Den same som tilskotet får i kjelda.
command-awarded = Tildelt beløp i kroner
command-from = Kan brukast frå (om det er avtalt)
command-until = Kan brukast til (om det er avtalt)
command-basis = Heimel
exception-title = Unntak
exception-proposed = Foreslått av
exception-approved = Godkjent av
exception-by-nobody = ingen
bekreft-title = Stadfest klareringa
bekreft-button = Stadfest
bekreft-does = Tilskotet på { $amount } for { $year } blir ført som gjeve, og held plassen utan frist. Beløp, år og periode må vere dei som er klarerte.
bekreft-does-quarantined = Tilskotet på { $amount } for { $year } blir ført som gjeve på klareringa før ho gjekk ut. Karantenen sluttar.
bekreft-next = Vedtaket kan bli bindande. Når kjelda melder utbetaling, blir kravet merkt som utbetalt.
bekreft-next-quarantined = Vedtaket kan bli bindande. Når kjelda melder utbetaling, blir kravet merkt som utbetalt.
bekreft-meanwhile = Stadfest først, og la vedtaket bli bindande etterpå.
bekreft-meanwhile-quarantined = Stadfest berre det som faktisk er gjeve.
gi-tilbake-title = Gje tilbake
gi-tilbake-button = Gje kravet tilbake
gi-tilbake-does = Tilskotet blir ikkje gjeve. Plassen blir fri for andre med ein gong.
gi-tilbake-does-made = Tilskotet på { $amount } blir ført som gjort om. Plassen blir fri for andre med ein gong.
gi-tilbake-next = Kravet kan ikkje takast opp att. Skal tilskotet gjevast likevel, må det bedast om klarering på nytt.
gi-tilbake-next-made = Kravet kan ikkje takast opp att. Det som er betalt ut, skal krevjast tilbake.
gi-tilbake-meanwhile = Ikkje gje tilskotet.
gi-tilbake-meanwhile-made = Gjer om vedtaket i eige system.
avgjor-title = Avgjer
avgjor-button = Avgjer kravet
avgjor-does = Kravet frå { $body } på { $amount } for { $year } får ditt svar. Det som ingen saksbehandlar kan avgjere, blir prøvd mot reglane først.
avgjor-next = Tillate: { $body } får klareringa, med frist. Avslått: plassen blir fri.
avgjor-meanwhile = Den som spurde, kan ikkje avgjere.
decide-ALLOW = Tillat
decide-does-ALLOW = Kravet blir klarert.
decide-REFUSE = Avslå
decide-does-REFUSE = Kravet blir avslått, og plassen fri.
foresla-unntak-title = Foreslå unntak
foresla-unntak-button = Foreslå unntaket
foresla-unntak-does = Du foreslår at { $body } får gje { $amount } for { $year } trass i regelen. Forslaget blir skrive ned med verksemda di, grunngjevinga og heimelen.
foresla-unntak-does-quarantined = Du foreslår at karantenen sluttar fordi tilskotet ikkje er gjeve. Forslaget blir skrive ned med verksemda di, grunngjevinga og heimelen.
foresla-unntak-next = Ein person frå ei tredje verksemd kan godkjenne innan sju dagar. Elles fell forslaget bort.
foresla-unntak-next-quarantined = Ein person frå ei tredje verksemd kan godkjenne innan sju dagar. Elles fell forslaget bort.
foresla-unntak-meanwhile = Tilskotet kan ikkje gjevast før unntaket er godkjent.
foresla-unntak-meanwhile-quarantined = Plassen er halden av til unntaket er godkjent.
godkjenn-unntak-title = Godkjenn unntaket
godkjenn-unntak-button = Godkjenn
godkjenn-unntak-does = { $body } får klarering for { $amount } i { $year } trass i regelen. Det som står i vegen, blir ståande synleg.
godkjenn-unntak-does-quarantined = Karantenen sluttar, og plassen blir fri.
godkjenn-unntak-next = { $body } stadfestar før fristen som stod på forslaget; elles går klareringa ut.
godkjenn-unntak-next-quarantined = Kravet kan ikkje takast opp att.
godkjenn-unntak-meanwhile = Les grunngjevinga og heimelen under «Unntak» før du godkjenner.
godkjenn-unntak-meanwhile-quarantined = Finn ut at tilskotet ikkje er gjeve, før du godkjenner.

## Double funding: the decision

case-decide-title = Avgjer saka
case-decide-button = Avgjer saka
case-decide-does = Avgjerda blir skriven ned med verksemda di og grunngjevinga, og står i historikken. Ho flyttar ingen pengar: det gjer direktoratet i eige system.
case-decide-CONFIRM = Funnet stemmer
case-decide-does-CONFIRM = Saka står til beløpa er haldne tilbake eller betalte tilbake, og ho er gjord opp.
case-decide-DISMISS = Funnet stemmer ikkje
case-decide-does-DISMISS = Saka blir avslutta. Ho blir opna igjen berre dersom opplysningane endrar seg.
case-decide-SETTLE = Saka er gjord opp
case-decide-does-SETTLE = Det som skulle haldast tilbake eller betalast tilbake, er det. Saka blir avslutta.
case-who-owner = { $body }, som eig ordninga, eller programkontoret.
case-next-office = Programkontoret avgjer om funnet stemmer.
case-who-office = Programkontoret.
case-who-nobody = Avgjort.
case-meanwhile-OPEN = Ikkje betal ut det som står under «Å halde tilbake».
case-meanwhile-CONFIRMED = Hald tilbake og krev tilbake beløpa over.
case-meanwhile-DISMISSED = Ingenting.
case-meanwhile-SETTLED = Ingenting.
case-by-comparison = avstemminga
case-history-caption = Kva som har hendt med saka, eldste først

## Why a command was refused

refused-other = Grensesnittet tok ikkje imot det:
refused-MISSING_ARGUMENT = Noko manglar i det som er oppgitt.
refused-INVALID_YEAR = Det blir ikkje gjeve tilskot for det året.
refused-INVALID_ORGANISATION_NUMBER = Det er ikkje eit organisasjonsnummer.
refused-INVALID_MUNICIPALITY_NUMBER = Det er ikkje eit kommunenummer.
refused-INVALID_ARGUMENT = Ein tekst er tom eller for lang.
refused-INVALID_AMOUNT = Beløpet er ikkje over null.
refused-INVALID_PERIOD = Bruksperioden går ikkje opp.
refused-LEDGER_UNREACHABLE = Hovudboka kan ikkje nåast no. Om det er utført, er ikkje kjent. Send det same skjemaet igjen: det blir utført éin gong.
refused-UNKNOWN_CLAIM = Kravet finst ikkje, eller det er ein annan sitt.
refused-FENCE_MISMATCH = Kravet har endra seg sidan sida vart opna. Les det som står no, før du går vidare.
refused-CLEARANCE_EXPIRED = Klareringa er gått ut. Be om klarering på nytt.
refused-WRONG_STATE = Slik kravet står no, kan det ikkje gjerast.
refused-AMOUNT_DIFFERS = Beløpet er eit anna enn det som er klarert.
refused-YEAR_DIFFERS = Året er eit anna enn det som er klarert.
refused-PERIOD_DIFFERS = Bruksperioden er ein annan enn den som er klarert.
refused-IDEMPOTENCY_CONFLICT = Dette skjemaet er sendt før med anna innhald. Send det ein gong til, så er det eit nytt krav.
refused-INVALID_RECEIPT = Kvitteringa er ikkje ei som denne hovudboka har gjeve. Rett ho, eller lat feltet vere tomt.
refused-LEDGER_BEHIND = Hovudboka er gjenoppretta frå ein eldre kopi og ikkje avstemt. Ikkje gje tilskotet; drifta må avstemme først.
refused-ASKER_MAY_NOT_DECIDE = Den som avgjer, kan ikkje vere den som spurde.
refused-TWO_BODIES_REQUIRED = Eit unntak krev to personar frå to verksemder, og ingen av dei er frå den som spurde.
refused-NO_PROPOSAL = Ingen har foreslått eit unntak for kravet slik det står.
refused-PROPOSAL_VOID = Forslaget er eldre enn sju dagar og har falle bort.
refused-SLOT_TAKEN = Eit anna unntak held plassen.
refused-NOT_PERMITTED = Ein regel som ikkje kan avgjerast bort, står i vegen.
refused-UNKNOWN_CASE = Saka finst ikkje, eller du kan ikkje sjå ho.
refused-CASE_CLOSED = Saka er alt avgjord.

## Lister for éin kommune, og rapportfristar

narrowed-label = Kommunenummer
narrowed-to = Berre det som gjeld { $municipality }.
narrowed-pages = Sidene til kommunen
narrowed-all = Vis for alle kommunar
bad-municipality = Kommunen i adressa må vere fire eller ni siffer.
deadline-kind-REPORT = Rapportfrist
deadline-kind-YEARLY_REPORT = Årsrapport til programmet
report-due = Rapportfrist

## Det som vert avvist rundt sidene

error-late = Svaret tok for lang tid
error-late-advice = Om noko vart utført, er ikkje kjent. Sende du eit skjema, så send det same éin gong til: det vert utført éin gong.
error-not-in-time = Det kom ikkje i tide
error-not-in-time-advice = Førespurnaden kom ikkje heil innan fristen. Ingenting er lese. Prøv igjen.
error-body-too-large = Det er for stort
error-body-too-large-advice = Det som vart sendt, er større enn det som vert teke imot. Ingenting er lese.

## Allocation

menu-allocations = Fordeling
allocations-title = Fordelinga av programmet
allocations-intro = Kvart år blir ei ramme delt mellom kommunane som er med. Her står kvar versjon: utkast, forslag, høyring, vedtak og rettingar. Ingen versjon blir borte.
allocations-caption = Versjonar av fordelinga, dei nyaste først
allocations-none = Inga fordeling er lagd fram enno.
allocation-name = { $year }, versjon { $number }
allocation-title = Fordeling { $year }, versjon { $number }
column-version = Versjon
column-sum = Sum
column-figure = Tal
column-value = Verdi
column-counted = Talt
allocation-frame = Ramme
allocation-added = Ramma er auka med { $amount } for at ingen skal kome dårlegare ut.
allocation-floor = Golvet
allocation-before = Før
allocation-after = No
allocation-difference = Endring
allocation-held = Halden mot det systema melder
allocation-held-agree = { $count } delar er melde slik dei er vedtekne.
allocation-held-caption = Delar som er melde annleis enn vedteke, eller som ikkje er leverte
allocation-held-decided = Vedteke
allocation-held-reported = Meldt
allocation-held-cases = Ein skilnad mellom kjende beløp er ei sak
allocation-table = Kven som får kva
allocation-table-caption = Kva kvar kommune får, ordning for ordning
allocation-method = Slik er det rekna
allocation-state-DRAFT = Utkast
allocation-state-PROPOSED = Forslag
allocation-state-CONSULTATION = På høyring
allocation-state-DECIDED = Vedteken
allocation-state-CORRECTED = Retta av eit seinare vedtak
allocation-state-WITHDRAWN = Trekt
allocation-next-DRAFT = Programkontoret legg det fram som forslag.
allocation-next-PROPOSED = Programkontoret sender forslaget på høyring eller vedtek det.
allocation-next-CONSULTATION = Dei som er råka, kan kome med merknader. Alle merknader må vere svara på før vedtaket.
allocation-next-DECIDED = Fordelinga gjeld. Ein feil blir retta med ein ny versjon ved sida av denne.
allocation-next-CORRECTED = Ein seinare versjon gjeld i staden.
allocation-next-WITHDRAWN = Versjonen blir ikkje vedteken.
allocation-decided = Vedteken { $at } av { $body }, referanse { $reference }.
allocation-corrects = Rettar ein tidlegare vedteken versjon
allocation-corrected-by = Denne versjonen er retta. Sjå den som gjeld no.
allocation-draft-title = Legg inn eit utkast
allocation-draft-does = Beløpa blir rekna ut av planen og tala. Berre programkontoret ser utkastet. Er året vedteke, er utkastet ei retting av vedtaket.
allocation-draft-button = Lag utkast
allocation-plan = Plan
allocation-plan-hint = Tomt felt: planen som er sett opp for denne tenesta.
allocation-no-year = Vel eit år.
allocation-comments = Merknader
allocation-comment = Merknaden din
allocation-answer = Svar
allocation-until = Siste dag for merknader
decision-reference = Referanse i arkivet
allocation-do-foresla = Legg fram forslaget
allocation-do-hor = Send på høyring
allocation-do-merknad = Send merknaden
allocation-do-svar = Svar på merknaden
allocation-do-vedta = Vedta fordelinga
allocation-do-trekk = Trekk versjonen
allocation-cause-INPUT = Av endra tal
allocation-cause-RULE = Av endra ramme og reglar
allocation-cause-FLOOR = Av golvet
allocation-cause-ROUNDING = Av avrunding
explanation-title = { $name }: fordeling { $year }, versjon { $number }
explanation-1 = 1. Tala
explanation-1-caption = Det beløpet byggjer på
explanation-2 = 2. Regelen
explanation-3 = 3. Utrekninga
explanation-4 = 4. Tabellen for alle
explanation-4-link = Sjå kva alle får
explanation-5 = 5. Endra sidan førre versjon
explanation-thresholds = Avstand til tersklane
explanation-causes-unknown = Kva endringa kjem av, er ukjent.
explanation-no-change = Det er ingen tidlegare versjon å samanlikne med.
explanation-none = Beløpet kan ikkje reknast ut på nytt til same øre. Det som er vedteke, står.
threshold-reached = Nådd. Med { $count } færre er han ikkje nådd. Beløpet som står på spel, er { $amount }.
threshold-missed = Ikkje nådd. Med { $count } fleire er han nådd. Det ville gitt { $amount }.
threshold-YES = Nådd.
threshold-NO = Ikkje nådd.
threshold-UNKNOWN = Ukjent, fordi eit tal manglar. Det er ikkje det same som under.
figure-missing-NOT_POSSIBLE = kan ikkje finnast
figure-missing-NOT_AVAILABLE = finst ikkje
figure-missing-NOT_YET = er ikkje kome enno
figure-missing-CONFIDENTIAL = blir ikkje vist av omsyn til personvernet
figure-missing-ABSENT = står ikkje i kjelda
figure-missing-NOT_COMPARABLE = gjeld andre grenser
figure-corrected = (retta; kjelda har { $before })
figure-made-up = (oppdikta)
figure-read = lese { $day }
what-if-link = Kva om ramma, vektene eller deltakarane var andre?
what-if-title = Kva om? Fordeling { $year }
what-if-not-decided = Dette er ikkje vedteke.
what-if-address = Det blir rekna ut når sida blir opna, og blir ikkje lagra. Adressa til sida gir det same svaret igjen.
what-if-frame = Ramme i kroner
what-if-with = Med også desse kommunane
what-if-without = Utan desse kommunane
what-if-numbers = Kommunenummer eller organisasjonsnummer, med komma mellom.
what-if-weights = Andre vekter
what-if-weights-hint = Éi på kvar linje: ordning, indikator, vekt. Vektene i ei ordning må vere 1 til saman.
what-if-button = Rekn ut
what-if-compared = Samanlikna med den vedtekne fordelinga
what-if-compared-plan = Samanlikna med planen utan endringar.
what-if-bad-frame = Ramma kan ikkje lesast. Skriv kroner, som 41 600 000.
what-if-bad-weight = Ei vekt kan ikkje lesast. Skriv ordning, indikator og vekt på kvar linje.
refused-TEXT_MISSING = Ein tekst manglar.
refused-UNKNOWN_RECORD = Det finst ikkje, eller du kan ikkje sjå det.
refused-ALLOCATION_DECIDED = Året er vedteke. Ein ny versjon må seie at han rettar vedtaket.
refused-NOTHING_TO_CORRECT = Det som skal rettast, er ikkje den vedtekne fordelinga for året.
refused-FIGURE_MISSING = Eit beløp er ukjent fordi eit tal manglar. Det ukjende kan ikkje vedtakast.
refused-COMMENT_UNANSWERED = Ein merknad er ikkje svara på.
refused-CONSULTATION_OPEN = Høyringsfristen er ikkje ute.
refused-CONSULTATION_CLOSED = Det er inga høyring no.
refused-ALREADY_ANSWERED = Det er alt svara på.
refused-DEADLINE_PASSED = Fristen er ute.
refused-YEAR_OUTSIDE_PROGRAMME = Programmet har inga løyving det året.

## Participation

menu-participation = Deltaking
participation-title = Deltaking i programmet
participation-intro = Statsforvaltaren kunngjer, kommunane søkjer, ressursgruppa vurderer, statsforvaltaren vel. Ei deltaking byrjar og sluttar ved vedtak, og gjeld straks i alle systema.
announcements-caption = Kunngjeringar, dei nyaste først
announcements-none = Ingenting er kunngjort enno.
announcement-title = Kunngjering: { $region }
announcement-text = Kunngjeringa
announcement-deadline = Søknadsfrist
announcement-made = Kunngjort
announcement-region = Organisasjonsnummeret til statsforvaltaren
announcement-open = Open for søknader
announcement-assessing = Søknadene blir vurderte
announcement-selected = Valet er gjort
announce-title = Kunngjer
announce-does = Alle ser kunngjeringa. Kommunane i regionen kan søkje til og med fristen.
announce-button = Kunngjer
announcement-year = Gjeld året
announcement-year-hint = Kommunane melder seg på for eitt år om gongen.
end-title = Avslutt ei deltaking
end-does = Kommunen er ute av programmet etter den siste dagen, i alle systema. Krav som han hadde, står som dei var.
end-municipality = Kommunenummer eller organisasjonsnummer
end-day = Siste dag
end-day-hint = Tomt felt: Deltakinga blir annullert, som om ho aldri hadde vore.
end-button = Avslutt deltakinga
applications = Søknader
applications-none = Det er ingen søknader her som du kan sjå.
application-state-SUBMITTED = Søkt
application-state-WITHDRAWN = Trekt
application-state-CHOSEN = Vald
application-state-CONDITIONALLY_CHOSEN = Vald, på vilkår av vedtaket til kommunestyret
application-state-NOT_CHOSEN = Ikkje vald
application-challenges = Lokale utfordringar
application-progress = Kor langt arbeidet er kome
application-motivation = Motivasjon og kapasitet
inhabitants = { $count } innbyggjarar
inhabitants-unknown = innbyggjartalet er ukjent
council = Vedtaket til kommunestyret
council-decided = { $reference }, { $day }
council-missing = manglar; det kan kome seinare
council-reference = Vedtaket til kommunestyret, saksnummer
council-day = Vedtaksdag
council-may-follow = Kan kome seinare. Eit val utan vedtak er på vilkår.
council-button = Legg inn vedtaket
recommendation = Råd
recommendation-RECOMMENDED = Blir tilrådd
recommendation-RECOMMENDED_WITH_DOUBT = Blir tilrådd under tvil
recommendation-NOT_RECOMMENDED = Blir ikkje tilrådd
assessment = Vurdering
assess-button = Send vurderinga
rank-title = Ranger søknadene til dei andre
rank-does = Rangeringa er eit råd til den som vel. Ho kan sendast på nytt fram til valet, og då gjeld den siste.
rank-place = Plass for { $municipality }
rank-button = Send rangeringa
rank-places-wrong = Gi kvar søknad éin plass frå 1 og oppover, og ingen same plass.
rankings = Rangert av dei andre søkjarane
placings = Plassar frå dei andre søkjarane: { $places }
placings-none = Ingen av dei andre søkjarane har rangert han enno
ranked-by = { $municipality } rangerte slik: { $order }. { $reason }
withdraw-button = Trekk søknaden
begin-does = Kommunen er med i programmet frå den dagen, i alle systema.
begin-day = Første dag
begin-button = Vedta deltakinga
select-title = Vel kommunar
select-does = Dei som ikkje er kryssa av, er ikkje valde. Valet blir gjort éin gong.
select-who = Søkjarar, med storleik og utfordringar
select-button = Gjer valet
selection-made = Valet vart gjort { $at }: { $count } valde, referanse { $reference }.
apply-title = Søk om deltaking
apply-does = Søknaden går til statsforvaltaren og ressursgruppa i regionen.
apply-button = Send søknaden
refused-DEADLINE_NOT_PASSED = Søknadsfristen er ikkje ute.
refused-ALREADY_APPLIED = Kommunen har alt søkt.
refused-ALREADY_TAKES_PART = Kommunen er alt med i programmet.
refused-TAKES_NO_PART = Kommunen er ikkje med i programmet.
refused-YEAR_MISSING = Kommunane melder seg på for eitt år om gongen. Oppgi året.
refused-NOT_BY_YEAR = I dette programmet søkjer ein éin gong. La året stå tomt.
refused-PARTICIPATION_INTERRUPTED = Deltakinga tok slutt før årsskiftet. Ho kan halde fram utan opphald, men ikkje takast opp att.
refused-NOT_RANKED = Søkjarane rangerer ikkje søknadene til kvarandre her.
refused-NOT_APPLIED = Kommunen har ingen eigen søknad som står.
refused-RANKING_INCOMPLETE = Kvar av søknadene til dei andre som står, skal ha éin plass.
refused-OUTSIDE_REGION = Kommunen ligg i ein annan region.
refused-APPLICATION_WITHDRAWN = Søknaden er trekt.
refused-ALREADY_SELECTED = Valet er alt gjort.
refused-REGION_FULL = Regionen har ikkje plass til så mange.
refused-PLACES_UNKNOWN = Programmet seier ikkje kor mange ein region kan ha.
refused-NOT_ASSESSED_BY_ANOTHER = Ein søknad er ikkje vurdert av andre enn den som vel.
refused-ALREADY_ASSESSED = Verksemda har alt vurdert søknaden.
refused-POLITICAL_DECISION_MISSING = Kommunestyret har ikkje vedteke det enno.
refused-OUTSIDE_PROGRAMME = Dagane ligg utanfor programmet eller deltakinga.
refused-ALREADY_DECIDED = Eit tidlegare vedtak står.
refused-NOT_CONCERNED = Kommunen får ikkje noko av denne fordelinga.

## Objections

objections-title = Innvendingar
objections-link = Innvendingar og svar
objections-intro = Ein kommune kan kome med innvending mot eit tal, ei fordeling eller ei avgjerd. Den som svarer for det, svarer med grunngiving, og begge delar blir ståande.
objections-none = Det er ingen innvendingar her som du kan sjå.
objection-kind-AWARD = Eit tal frå ei kjelde
objection-kind-ALLOCATION = Ei fordeling
objection-kind-FUNDING_CLAIM = Ei avgjerd om eit krav
objection-make = Kom med innvending
objection-about = Det gjeld: { $what }.
objection-send = Send innvendinga
objection-link = Kom med innvending mot dette beløpet
objection-waits = Ventar på svar frå { $body }.
objection-answer = Svar på innvendinga
objection-outcome = Utfall
objection-outcome-UPHELD = Teken til følgje
objection-outcome-PARTLY_UPHELD = Teken delvis til følgje
objection-outcome-REJECTED = Ikkje teken til følgje
objection-answered = { $outcome } { $at } av { $body }:
refused-TEXT_TOO_LONG = Ein tekst er for lang.

## Use, reports and evaluation

menu-use = Bruk og evaluering
form-bad-number = Eit tal er ikkje eit heilt tal.
column-municipality = Kommune
from-until = { $from } – { $until }
data-evaluation = Evaluering: datasett
data-evaluation-what = Vedtak, bruk, tiltak og indikatorar for kvar kommune og kvart år, utan namn og fritekst. Små tal på personar er utelatne.
data-code-book = Evaluering: kodebok
data-code-book-what = Kva variablane i datasettet seier, i kva eining, og kven som seier det.
measures-title = Tiltak
measures-intro = Kva kommunane gjer med potten: kva som vert endra i måten å arbeide på, for kven, og kven som er med.
measures-none = Ingen tiltak som du kan sjå, er registrerte.
measure-target-group = Målgruppe
measure-who = Kven som er med
measure-period = Periode
measure-from-pot = Beløp frå potten (kr)
measure-was = Før: { $period }, { $amount }. Endra fordi: { $reason }
measure-register = Registrer tiltaket
measure-register-does = Tiltaket vert vist for statsforvaltaren, direktorata i programmet, programkontoret og evaluator. Skriv ikkje om enkeltpersonar.
measure-name = Namn
measure-change = Kva som vert endra i måten å arbeide på
measure-services = Tenester som er med, med komma mellom
measure-sectors = Sektorar som er med
measure-from = Første dag
measure-until = Siste dag
sector-EDUCATION = Barnehage og skule
sector-HEALTH = Helse
sector-CHILD_WELFARE = Barnevern
sector-LABOUR_AND_WELFARE = Nav og sosiale tenester
sector-INTEGRATION = Integrering
sector-CULTURE_AND_LEISURE = Kultur og fritid
sector-JUSTICE = Justis
sector-VOLUNTARY = Frivilligheit
support-title = Støtte og avtalar
support-none = Ingen har bede om støtte.
support-asked = { $municipality } til { $body }
support-given = { $day }, { $hours } timar: { $text }
support-ask = Be om støtte
support-environment = Organisasjonsnummeret til kompetansemiljøet
support-text = Kva det gjeld
agreements-title = Samarbeidsavtalar
agreement-told = { $municipality } og { $body }, { $period }: { $about }
gatherings-title = Samlingar
gatherings-none = Inga samling er kunngjord.
support-give = Registrer støtte som er gitt
support-day = Dag
support-hours = Timar
support-given-text = Kva støtta var
agreement-register = Registrer ein avtale
agreement-with = Organisasjonsnummeret til den andre parten
agreement-about = Kva avtalen gjeld
gathering-announce = Kall inn til samling
gathering-announce-does = Alle kommunane det gjeld, ser innkallinga. Den som kallar inn, registrerer etterpå kven som kom.
gathering-title = Namn på samlinga
gathering-place = Stad
gathering-day = Dag
gathering-region = Organisasjonsnummeret til statsforvaltaren; tomt er alle regionar
gathering-record = Registrer kven som kom
gathering-who = Kommunenummer eller organisasjonsnummer, med komma mellom
form-bad-hours = Timane er ikkje eit heilt tal.
gathering-told = { $title }, { $place }, { $day }. Arrangert av { $body }. Til stades: { $attended }
gathering-not-recorded = ikkje ført enno
reports-title = Årsrapportar
reports-intro = Éin rapport i året mot måla til programmet, i staden for éin for kvar ordning. Det som ikkje er brukt, vert overført til neste år, og betalt tilbake når siste dag for bruk er gått.
reports-none-due = Ingen rapport som du kan sjå, skal leverast.
reports-due-caption = Rapportar som skal leverast
report-due-day = Frist
report-there = Levert
report-late = Fristen er gått ut
report-not-yet = Ikkje levert enno
report-of = { $municipality }, { $year }, versjon { $number }
report-granted = Tilskot for året
report-brought-forward = Overført frå året før
report-spent = Brukt (kr)
report-repaid = Betalt tilbake (kr)
report-carried-over = Vert overført til neste år
report-hours = { $applications } timar på søknader, { $reports } timar på rapportar
report-hours-applications = Timar på søknader
report-hours-reports = Timar på rapportar
report-people = Talet på barn, unge og foreldre som tiltaket nådde
report-achievement = Grad av måloppnåing
report-goal-text = Om målet
report-state-SUBMITTED = Levert
report-state-RETURNED = Send tilbake
report-state-APPROVED = Godkjend
report-state-REPLACED = Erstatta av ein ny versjon
report-answer = Svar på rapporten
report-approve = Godkjenn
report-return = Send tilbake
report-submit = Lever rapporten
report-submit-does = Programkontoret godkjenner rapporten eller sender han tilbake. Ein rapport som er levert, vert ståande.
achievement-REACHED = Nådd
achievement-PARTLY_REACHED = Delvis nådd
achievement-NOT_REACHED = Ikkje nådd
achievement-TOO_EARLY = For tidleg å seie
evaluation-title = Evaluering
evaluation-intro = Kva programmet skal føre til, kva som er funne, korleis det var før, og kva som er spart.
goals-title = Mål
goals-none = Programfila oppgjev ingen mål.
goal-kind-EFFECT = Effektmål
goal-kind-RESULT = Resultatmål
goal-source = Kjelde: { $source }
evaluation-found = { $body }: { $achievement }. { $text }
evaluated-measures = Tiltak som er evaluerte
zero-point-title = Nullpunktet
zero-point-caption = Korleis det var før kommunen vart med, og kva som er spart
zero-point-column = Nullpunktsanalysen
zero-point-none = Ingen kommunar som du kan sjå, er med.
zero-point-missing = ikkje oppgjeve
zero-point-tell = Fortel om nullpunktet
zero-point-day = Dagen det gjeld
zero-point-text = Korleis de arbeidde
hours-column = Timar i året før
saved-column = Spart
hours-saved = { $year }: { $hours } timar mot { $before } før, { $saved } spart.
series-title = Indikatorar for kommunen
series-zero-point = { $year } (nullpunkt)
series-later = { $year }
made-up = oppdikta
evaluate = Evaluer
evaluate-what = Kva som vert evaluert
refused-NEGATIVE_AMOUNT = Eit beløp er negativt.
refused-LIES_AHEAD = Dagen er ikkje komen.
refused-GIVES_NO_SUPPORT = Verksemda er ikkje kompetansemiljø i programmet og regionen.
refused-YEAR_NOT_OVER = Året vert rapportert når siste dag for bruk er gått.
refused-EARLIER_YEAR_MISSING = Året før må rapporterast, og godkjennast, først.
refused-LATER_YEAR_REPORTED = Eit seinare år er rapportert, og byggjer på desse tala.
refused-MORE_THAN_AVAILABLE = Det er brukt og betalt tilbake meir enn det var.
refused-UNSPENT_NOT_REPAID = Det som ikkje vart brukt innan siste dag, må betalast tilbake.
refused-GOALS_NOT_ANSWERED = Kvart mål må svarast på éin gong.
refused-PARTS_EXCEED_WHOLE = Delane til tiltaka er til saman meir enn det som er brukt.
