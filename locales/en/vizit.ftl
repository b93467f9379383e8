# Welcome and consent
welcome = <b>Hello, and welcome!</b>
    Here you book visits in a minute: pick a service, a person and a time.

    To keep your visits I store your Telegram name, your language, what you book or cancel and, if you share it, your phone number. Only the people you book with see it.
welcome-agree = ✅ I agree, let's start
button-privacy = 🔒 Privacy

# Phone
phone = <b>May we call you?</b>
    If plans change, a call is the quickest way. Share your number with the button below, or skip: you can book without it.
phone-share = 📱 Share my number
phone-skip = Skip

# Home
home = <b>What would you like to do?</b>
home-next = Your next visit: <b>{ $when }</b>
    { $services } · { $master }
button-book = 📅 Book a visit
button-visits = 🗂 My visits
button-language = 🌐 Language
button-help = ❓ Help
button-today = 🗓 Today's visits
button-home = 🏠 Home
button-back = ‹ Back

# Booking: where, what, with whom
locations = <b>Where would you like to come?</b>
services = <b>Which services would you like?</b>
    Tick one or more.
services-excluded = 🚫 does not go with what you have ticked.
services-gone = Something you had ticked is not offered any more.
services-total = Chosen: { $count ->
        [one] { $count } service
       *[other] { $count } services
    }, { $duration }, <b>{ $price }</b>
services-row = { $name } · { $duration } · { $price }
services-next = Next ›
services-more = More services ›
services-fewer = ‹ Earlier services
masters = <b>With whom?</b>
    The next free time is next to each name.
masters-anyone = Anyone
masters-row = { $name } · { $price } · { $when }
masters-row-from = { $name } · from { $price } · { $when }
masters-row-full = { $name } · { $price } · no free time
nobody-does-all = <b>Nobody gives all of these in one visit.</b>
    Go back and choose fewer, or book them separately.
masters-full = <b>There is no free time in the coming weeks.</b>
    Please check again tomorrow, or choose other services.
gone = <b>Not offered any more:</b> { $services }
    The rest of your choice is kept.
gone-moving = <b>Not offered any more:</b> { $services }
    So this visit cannot be moved here. It stays as it is; please call us if you need another time.
button-go-on = Go on ›
master-gone = <b>This person can no longer be booked for these services.</b>
    Your services are kept: please choose somebody else.
button-other-master = 👤 Somebody else
refused-blocked = <b>Online booking is closed for you here.</b>
    Please call us or come by, and we will find a way.
refused-too-many = <b>You have as many visits ahead as you can book at a time here: { $count }.</b>
    Once one has taken place or is cancelled, you can book the next.
refused-exclusive = <b>Some of these services cannot be booked together.</b>
    Let us go on with those that can.
refused-lone-addon = <b>One of these only comes with another service.</b>
    Let us go on without it.
refused-new = <b>One of these services is only for a first visit.</b>
    Let us go on without it.
refused-known = <b>One of these services is for those who have been here before.</b>
    Let us go on without it, or begin with a first visit.

# Booking: when
calendar = <b>Which day?</b>{ $master }
    Days with a number have free times.
calendar-move = <b>Which day instead?</b>{ $master }
    Your visit stays as it is until you confirm the new time.
calendar-empty = <b>{ $month } is full.</b>{ $master }
    Please try another month or go back.
calendar-with = {""}
    👤 { $master }
times = <b>{ $day }</b>{ $master }
    Pick a time ({ $zone }).
times-tidy = ✨ fits our day best.
times-none = <b>{ $day }</b>: there is no free time on this day any more.
    Please choose another day.
times-night = 🌙 Night
times-morning = 🌅 Morning
times-afternoon = ☀️ Afternoon
times-evening = 🌆 Evening
summary = <b>{ $title }</b>

    { $items }
    👤 { $master }
    📍 { $place }
    🗓 <b>{ $day }, { $from }–{ $to }</b> ({ $zone })
    { $totals }
    { $rules }
    This time is yours until <b>{ $until }</b>. Confirm to keep it.
summary-title = Please check your visit
summary-title-move = Please check the new time
summary-was = 🕘 Until now: { $when }
summary-price-was = ⚠️ The price has changed since you chose: it was { $price }.
summary-price-before = ⚠️ The price changes: it was { $price } until now.
summary-rules-none = This visit is soon: it cannot be cancelled here once confirmed.
summary-totals =
    ⏱ { $duration }
    💳 <b>{ $price }</b>
summary-over = <b>The time is no longer held for you.</b>
    Go back and pick a time again. Nothing was booked.
summary-confirm = ✅ Confirm
summary-confirm-move = ✅ Move it
summary-repeat = 🔁 Repeat it
repeat = <b>How often would you like to come?</b>
    { $services } · { $master }
    { $weekday }, { $time }
repeat-times = { $count ->
        [one] { $count } visit
       *[other] { $count } visits
    }
repeat-weeks = { $weeks ->
        [one] Every week
       *[other] Every { $weeks } weeks
    }
series-rule = { $every }, { $times }
series = <b>{ $rule }</b>
    { $services } · { $master }

    { $visits }

    { $next }
series-fits = ✅ { $when }
series-clash = ⚠️ { $when }: { $reason }
series-skipped = ➖ { $when }: left out
series-moved = ✅ { $when }, instead of { $ruled }
series-settle = Please leave out the visits with ⚠️ (➖) or pick another time for them (🕘).
series-held = The first visit is held for you until <b>{ $until }</b>. Confirm to book them all.
series-taken = not free
series-closed = no working hours
series-away = time off
button-skip = ➖ { $when }
button-unskip = ↩️ { $when }
button-pick = 🕘 { $when }
series-pick = <b>Which time instead of { $when }?</b>
series-pick-none = <b>Nothing near { $when } is free.</b>
    You can leave this visit out.
button-leave-out = ➖ Leave it out
series-confirm = ✅ Confirm { $count ->
        [one] { $count } visit
       *[other] { $count } visits
    } · { $price }
taken = <b>Sorry, this time is no longer free:</b> { $when }
    These times are close to it:
taken-none = <b>Sorry, this time is no longer free:</b> { $when }
    Nothing near it is free either. Please choose another day.
taken-free-again = <b>This time is still free:</b> { $when }
    Take it again, or one of these:
taken-nearby = { $when }
taken-other = { $when } · { $master }
taken-later = { $when }
button-other-day = 🗓 Another day
item = • { $name } · { $duration } · { $price }

# Visits
visits-upcoming = <b>Your upcoming visits</b>
visits-past = <b>Your past visits</b>
visits-none = You have no upcoming visits. Shall we book one?
visits-past-none = There are no past visits yet.
visits-row = { $when } · { $services }
button-upcoming = Upcoming visits
button-past = Past visits
button-next-page = Next ›
button-previous-page = ‹ Previous
visit = { $status }

    { $items }
    👤 { $master }
    📍 { $place }
    🗓 <b>{ $day }, { $from }–{ $to }</b> ({ $zone })
    💳 { $price }
terms-both = You can move or cancel it free of charge until { $until }.
terms-cancel = Free cancellation until { $until }.
terms-move = You can move it until { $until }.
terms-then-late = After that, cancelling counts as late.
terms-late = Cancelling now counts as a late cancellation.
terms-too-late = It is too late to cancel here. If you cannot come, please tell us as soon as you can.
visit-series = 🔁 { $rule }
status-held = <b>Not confirmed yet</b>
status-confirmed = <b>✅ Your visit is booked</b>
status-now = <b>This visit is taking place now</b>
status-past = <b>This visit is over</b>
status-completed = <b>This visit took place</b>
status-no-show = <b>This visit was missed</b>
status-cancelled = <b>❌ This visit is cancelled</b>
status-cancelled-late = <b>❌ This visit was cancelled late</b>
button-ics = 📎 Add to calendar
button-cancel-visit = Cancel the visit
button-move-visit = 🕘 Move the visit
ics-caption = Open the file to put your visit into your calendar.
cancel-ask = <b>Cancel this visit?</b>

    { $services } · { $master }
    🗓 { $day }, { $from }–{ $to }

    The time will be free for others at once.
cancel-yes = Yes, cancel it
cancel-no = No, keep it
cancel-late = ⚠️ It is late: this will count as a late cancellation.
cancel-this = Only this one
cancel-following = This and the { $count ->
        [one] next one
       *[other] { $count } after it
    }

# Other screens
language = <b>Which language do you prefer?</b>
language-en = English
language-ru = Русский
help = <b>How it works</b>
    /book – book a visit
    /visits – see, move or cancel your visits
    /cancel – leave what you are doing, or cancel a visit
    /language – choose the language
    /privacy – what is stored about you
help-staff = <b>For the staff</b>
    /today – today's visits
    /day 2026-12-01 – the visits of that day
    /block 2026-12-01 14:00-16:00 – take time off
    /why 2026-12-01 15:00 – why a time is offered, or not
privacy = <b>What is stored about you</b>
    Your Telegram name and language, your phone number if you shared it, and your visits, with what you cancelled and when. The staff can also mark that somebody may book less, or not at all. It is used to run your visits and nothing else. The people you book with see your name, phone number and visit.

    To change or erase your data, tell the person you book with.
missing = <b>This is not here any more.</b>
    It may have been changed meanwhile. Please start from Home.
nothing-offered = <b>There is nothing to book yet.</b>
    Please check again a little later.

# Staff
day = <b>{ $day }</b>
day-today = <b>Today, { $day }</b>
day-none = No visits.
day-count = { $count ->
        [one] { $count } visit
       *[other] { $count } visits
    }
day-row = { $from }–{ $to } · { $client } · { $services }
day-row-master = { $from }–{ $to } · { $master } · { $client }
staff-visit = <b>{ $client }</b>
    { $phone }

    { $items }
    👤 { $master }
    🗓 <b>{ $day }, { $from }–{ $to }</b> ({ $zone })
    💳 { $price }
staff-no-phone = no phone number
staff-room = 🚪 { $rooms }
staff-late = ⏰ Has cancelled late { $count ->
        [one] once
       *[other] { $count } times
    }.
staff-flagged = 🚩 Flagged: may book fewer visits at a time.
staff-blocked = ⛔ Blocked: cannot book online.
button-flag = 🚩 Flag
button-block = ⛔ Block
button-trust = 🤝 Trust again
day-off = 🌴 { $from }–{ $to } time off
day-off-master = 🌴 { $from }–{ $to } time off · { $master }
button-unblock = ✖️ { $from }–{ $to }
why = { $master }, { $when }
why-nobody = <b>There is no such master, or such a service of theirs.</b>
    Write the key from the catalog: /why 2026-12-01 15:00 anna
why-inactive = { $master } is not offered in the catalog.
why-nothing = { $master } gives no service that could be booked.
why-yes = ✅ Offered: { $services }
why-no = ❌ Not offered: { $services }
why-services = these services may be booked together
why-not-exclusive = these services exclude each other
why-not-addon = an add-on is booked only with its service
why-not-new = only for clients who have not been here yet
why-not-known = only for clients who have been here
why-lead = late enough after now
why-not-lead = too soon: the earliest is { $when }
why-horizon = near enough to today
why-not-horizon = too far ahead: the last day is { $day }
why-hours = at work { $from }–{ $to }
why-not-hours = not at work
why-grid = one of the offered starts
why-not-grid = between the offered starts { $before } and { $after }
why-time-off = no time off
why-not-time-off = time off, { $from } to { $to }
why-breaks = no break
why-not-breaks = break { $from }–{ $to }
why-length = ends within working hours
why-not-length = too long: work ends at { $time }
why-master = no other visit
why-not-master = another visit and its buffers take { $from }–{ $to }
why-resource = room and equipment are free, where needed
why-not-resource = no room or equipment of the needed kind is free
why-other = also depends on the client: new or known, blocked or not, visits ahead, visits at that time

# Short words
notice-out-of-date = This menu is out of date. Here is a fresh one.
notice-staff-only = This command is for the staff. /help shows what you can do.
notice-pick-a-service = Please tick at least one service.
notice-too-many-services = A visit can have up to eight services.
notice-phone-saved = Thank you, your number is saved.
notice-phone-skipped = No problem, you can book without it.
notice-phone-not-yours = That is somebody else's card. Please use the button to share your own number.
notice-phone-or-skip = Please use the buttons below: share your number, or skip.
notice-language-set = From now on in English.
notice-own-visit-then = You already have a visit at that time. Please pick another.
notice-hold-over = We could not hold the time any longer. Please pick again.
notice-not-offered = What you picked is no longer offered. Please choose again.
notice-master-gone = This person cannot be booked any more. Please choose somebody else.
notice-left-out = Not everything you ticked can be booked together. The rest is kept.
notice-moved = Done! Your visit has moved. See you then.
notice-series-booked = Done! All visits are booked.
notice-series-clash = One of these times was just taken. Please look at the visits with ⚠️.
notice-nothing-moved = All right, your visit stays where it was.
notice-booked = Done! We look forward to seeing you.
notice-nothing-booked = All right, nothing was booked.
notice-visit-cancelled = Your visit is cancelled.
notice-visit-cancelled-late = Your visit is cancelled. It counts as a late cancellation.
notice-visits-cancelled = These visits are cancelled.
notice-too-late-to-move = It is too late to move this visit here.
notice-cannot-move = This visit cannot be moved here any more. It stays as it is.
notice-say-time = It needs a date and a time: /why 2026-12-01 15:00
notice-say-span = It needs a date and a time from–to: /block 2026-12-01 14:00-16:00
notice-regard-set = Noted.
notice-no-such-master = There is no such master. Add the key from the catalog: /block 2026-12-01 14:00-16:00 anna
notice-blocked = Done: nobody can book this time.
notice-block-clash = There are visits in this time, so it stays open. Please choose a time without visits.
notice-unblocked = This time can be booked again.
notice-choose-visit-to-cancel = Which visit would you like to cancel? Open it first.
notice-too-late-to-cancel = It is too late to cancel this visit here.
notice-not-found = There is no such visit.
notice-say-day = Here is today. For another day add its date: /day 2026-12-01
notice-unknown-command = I do not know this command. /help shows what you can do.
notice-unknown-text = I understand buttons best. Please use the ones below, or /help.
notice-unknown-sticker = Lovely! To book, please use the buttons below.
notice-unknown-picture = Thank you, but I cannot look at pictures. Please use the buttons below.
notice-unknown-other = I cannot read this. Please use the buttons below, or /help.
keyboard-gone = 👌
notice-started-anew = Something changed on our side, so we start from the beginning. Your visits are safe.
error = Sorry, that did not work. Please try again in a moment. If it happens again, tell us this code: { $code }

# Commands as Telegram lists them
command-start = Start from the beginning
command-book = Book a visit
command-visits = My visits
command-cancel = Stop, or cancel a visit
command-help = How it works
command-language = Choose the language
command-privacy = What is stored about you
command-today = Today's visits
command-day = The visits of a day
command-block = Take time off
command-why = Why is a time offered, or not

# Dates, times, amounts
time-zone = { $zone } time
today-at = today at { $time }
tomorrow-at = tomorrow at { $time }
day-at = { $day }, { $time }
date-long = { $weekday }, { $day } { $month }
date-year = { $weekday }, { $day } { $month } { $year }
date-short = { $weekday } { $day } { $month }
date-short-year = { $weekday } { $day } { $month } { $year }
month-year = { $month } { $year }
minutes = { $minutes } min
hours = { $hours } h
hours-minutes = { $hours } h { $minutes } min
money = { $symbol }{ $amount }
money-code = { $amount } { $symbol }
money-separators = ,.
weekday-short = { $number ->
        [1] Mo
        [2] Tu
        [3] We
        [4] Th
        [5] Fr
        [6] Sa
       *[7] Su
    }
weekday-abbr = { $number ->
        [1] Mon
        [2] Tue
        [3] Wed
        [4] Thu
        [5] Fri
        [6] Sat
       *[7] Sun
    }
weekday = { $number ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    }
month-name = { $number ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
month-of-date = { $number ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
month-short = { $number ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    }
