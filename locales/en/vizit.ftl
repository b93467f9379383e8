# Welcome and consent
welcome = <b>Hello, and welcome!</b>
    Here you book visits in a minute: pick a service, a person and a time.

    To keep your visits I store your Telegram name, your language, what you book or cancel and, if you share it, your phone number. The people you book with and the managers of the studio see it, and its backups hold it.
welcome-agree = ✅ I agree, let's start
button-privacy = 🔒 Privacy

# Phone
phone = <b>May we call you?</b>
    If plans change, a call is the quickest way. Share your number with the button below, or skip: you can book without it.
phone-share = 📱 Share my number
phone-skip = Skip

# Home
home = <b>What would you like to do?</b>
home-forgetting = ⏳ You will be forgotten { $when }: visits after that are cancelled.
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
    Days with a number have free times; ✕ is full.
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
    This time is yours until <b>{ $until }</b>. { $how ->
        [pay] Pay to keep it.
       *[confirm] Confirm to keep it.
    }
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
discreet-visit = A visit
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
    /waitlist – times that you are waiting for
    /vouchers – your vouchers, and new ones
    /notifications – what I tell you, and when
    /language – choose the language
    /terms – the rules of paying
    /paysupport – what you have paid
    /privacy – what is stored about you, and /mydata – all of it
    /forget – erase what is stored about you
help-staff = <b>For the staff</b>
    /today – today's visits
    /day 2026-12-01 – the visits of that day
    /block 2026-12-01 14:00-16:00 – take time off
    /why 2026-12-01 15:00 – why a time is offered, or not
    /late – tell your clients that you are running late
    /export – visits and clients as a table, of any days: /export 2026-11-01 2026-11-30
privacy = <b>What is stored about you</b>
    Your Telegram name and language, your phone number if you shared it, your visits with what you cancelled, missed or rated and when, what you paid and your vouchers, what you wait for, what you want to be told, and for a while our messages. The staff can also mark that somebody may book less, or not at all. It is used to run your visits and nothing else. The people you book with see your name, phone number and visits; the managers of the studio see all visits and payments. They and the therapists can make backups, which hold everything.

    Your messages are kept for a week at most and mine to you for five weeks, where you are in our conversation for half a year, and who of the staff has looked at your data for a year. You can see all of it, and have it erased, except who has paid what, for as long as the law wants it, and for a year a mark of the staff.
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
date-day = { $day } { $month } { $year }
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

# Messages about visits
letter-reminder = 🔔 <b>Your visit is { $when }</b>
letter-delay = ⏰ <b>{ $master } is running { $late } late</b>
    Your visit will begin about { $time }. You may come later by as much, or move or cancel free of charge.
letter-approved = ✅ <b>Confirmed: we are expecting you</b>
letter-studio-cancelled = 😔 <b>We are sorry: we had to cancel this visit</b>
letter-declined = 😔 <b>We are sorry: we cannot confirm this visit</b>
letter-other-times = Would one of these times suit you instead?
letter-rating = ⭐ <b>How was it?</b>
    { $services } · { $master }
    { $day }

    One tap is enough, and it helps us a lot.
letter-offer = 🔔 <b>A time has opened for you</b>

    { $items }
    👤 { $master }
    📍 { $place }
    🗓 <b>{ $day }, { $from }–{ $to }</b> ({ $zone }){ $was }

    It is kept for you until <b>{ $until }</b>. Then it goes to the next in line.
offer-take = ✅ Take it
offer-move = ✅ Move my visit there
offer-decline = ✖️ No, thank you
offer-accepted = ✅ You took the time that had opened: { $when }
offer-ended = This offer is over: { $when }
    You are still in the waitlist, and I will tell you about the next one.
letter-new = 🆕 <b>A new visit</b>
letter-moved = 🕘 <b>A visit has moved</b>
letter-moved-away = 🕘 <b>A visit is no longer yours.</b>
    It is with somebody else now: { $when }
letter-cancelled = ❌ <b>The client has cancelled</b>
letter-cancelled-late = ❌ <b>The client has cancelled late</b>
letter-cancelled-studio = ❌ <b>The studio has cancelled</b>
letter-client-late = 🏃 <b>The client will be { $late } late</b>
letter-unreachable = 📵 <b>The client cannot be told anything here. Please call.</b>
letter-outcome = ❓ <b>This visit is over. Did the client come?</b>
letter-request = 🙏 <b>May this client come?</b>
    They are flagged, so you decide. The time is kept until { $until }.
letter-rated = { $stars } from <b>{ $client }</b>, { $when }
letter-job-late = ⚠️ <b>The job { $job } has not succeeded for a while.</b>
    The log says why. What it does is caught up once it runs again.
letter-parked = ⚠️ <b>{ $count ->
        [one] { $count } message
       *[other] { $count } messages
    } could not be sent</b>
    Look at why, and retry or drop.
visit-delay = ⏰ Begins about { $late } late
visit-late = 🏃 You said: { $late } late
visit-coming = ✅ You are coming
visit-rated = { $stars }
button-coming = ✅ I'm coming
button-late = 🏃 I'm late
button-again = 🔁 Book it again
button-earlier = 🔔 Tell me if something earlier opens
button-open = Open ›
button-came = ✔️ Came
button-came-late = 🕗 Came late
button-no-show = 🚫 Did not come
button-approve = ✅ Yes
button-refuse = ✖️ No
late-ask = <b>How late will you be?</b>
    Your visit is { $when }. I will tell them at once.
comment-ask = { $stars } <b>Thank you!</b>
    Would you like to add a few words? Just write them here.
button-no-comment = No, that's all

# Digests
digest-day = ☀️ <b>Good morning! { $day }</b>
digest-day-none = No visits yet.
digest-gap = ▫️ { $from }–{ $to } · free
digest-more = … and { $count } more
digest-unanswered = ❓ { $count ->
        [one] Of one visit I do not know yet whether the client came.
       *[other] Of { $count } visits I do not know yet whether the clients came.
    }
digest-week = 📊 <b>Your week, { $week }</b>
digest-span = { $from } – { $to }
digest-visits = Visits: <b>{ $count }</b>{ $than }
digest-new-clients = New clients: <b>{ $count }</b>{ $than }
digest-no-shows = No-shows: <b>{ $count }</b>{ $than }
digest-cancellations = Cancelled: <b>{ $count }</b>{ $than }
digest-stars = Ratings: <b>{ $stars } ⭐</b>
chart-title = The week
chart-heading = Booked of working hours
chart-load = { $booked } of { $working }
chart-visits = Visits
chart-new-clients = New clients
chart-no-shows = No-shows
chart-cancellations = Cancelled
news = 📬 <b>{ $count ->
        [one] { $count } change
       *[other] { $count } changes
    } at { $time }</b>
news-row = { $when } · { $master } · { $client }

# Waitlist
wait = 🔔 <b>Shall I tell you when a time opens?</b>
    { $services } · { $master }
    { $when }

    Tick the days and hours that suit you. A time that opens is kept for you for a moment, so that you can decide.
wait-earlier = earlier than { $day }
wait-day = { $day }
wait-span = { $from } – { $to }
wait-any-time = 🕐 Any time
button-tell-me = 🔔 Tell me if something opens
button-join = 🔔 Yes, tell me
button-waits = 🔔 My waitlist
button-leave-waitlist = ✖️ { $services } · { $day }
waits = <b>You are waiting for a time</b>
    Tap to leave the line.
waits-none = <b>You are not waiting for anything.</b>
    On a full day, or at a visit of yours, tap 🔔 and I will tell you when a time opens.

# Settings
settings = <b>What shall I tell you, and when?</b>
    { $quiet }
    Your time: { $time } ({ $zone })
settings-quiet = 🌙 Quiet from { $from } to { $to }: only what cannot wait.
settings-no-quiet = 🌙 No quiet hours.
settings-quiet-hours = 🌙 Quiet hours
button-no-quiet = None
button-settings = 🔔 Messages
button-zone = 🌍 My time zone
zones = <b>What time is it where you are?</b>
    The first one is the time of the studio.
topic-reminders = Reminders of my visits
topic-ratings = "How was it?"
topic-booked = New visits
topic-moved = Moved visits
topic-cancelled = Cancelled visits
topic-clients = Clients: late, unreachable, ratings
topic-outcomes = "Did the client come?"
topic-digests = Digests

# The staff's work
staff-cancel-ask = <b>Cancel this visit?</b>
    The client is told at once and offered other times.
staff-client-late = 🏃 Will be { $late } late
staff-coming = ✅ Has said: I'm coming
staff-unreachable = 📵 Could not be told, phone { $phone }
staff-no-shows = 🚫 Did not come { $count ->
        [one] once
       *[other] { $count } times
    }.
unanswered = <b>{ $count ->
        [one] One visit is
       *[other] { $count } visits are
    } over: did the client come?</b>
unanswered-none = <b>All visits have their word.</b> Thank you!
button-unanswered = ❓ Say who came
button-run-late = ⏰ I'm running late
run-late = <b>How late are you?</b>
    Then I show whom that touches.
run-late-nobody = <b>Nobody has to be told:</b> there is no visit ahead that this touches.
run-late-touched = <b>These visits begin later.</b> Each client can move or cancel free of charge.
run-late-row = { $from } → about { $to } · { $client }
run-late-admin = Only who gives visits can run late for them. Please ask the master to tap it, or call.
button-tell-late = 📣 Tell { $count ->
        [one] { $count } client
       *[other] { $count } clients
    }
status-requested = <b>⏳ Waiting for the studio to confirm</b>
status-came-late = <b>This visit took place, with a late start</b>
status-cancelled-studio = <b>❌ Cancelled by the studio</b>
status-declined = <b>❌ The studio could not confirm it</b>
outbox = <b>📤 Messages</b>
    due now: { $due }, for later: { $later }
    last 24 hours: sent { $sent }, out of date { $skipped }, dropped { $dropped }, unreachable { $unreachable }
    <b>put aside: { $parked }</b>
button-outbox = 📤 Messages
button-retry = 🔁 Send them all
button-drop = 🗑 Drop them all
jobs = <b>⚙️ Jobs</b>
jobs-row = <code>{ $name }</code> · { $when } · { $took } ms
jobs-never = never yet
jobs-done = last had something to do: { $count }, { $when }
button-jobs = ⚙️ Jobs
button-refresh = 🔄 Refresh
help-admin = <b>For the admin</b>
    /ledger – where the money is, and a table of each month
    /backup – back up now; /backups – the last backups
    /outbox – messages that wait, or could not be sent
    /jobs – what runs by itself, and how it goes

notice-admin-only = This is for the admin. /help shows what you can do.
notice-see-you = See you then!
notice-late-noted = They know. Take care on your way!
notice-thanks = Thank you!
notice-comment-too-long = That is very kind, but too long: up to 1000 characters, please.
notice-offer-declined = All right. You stay in the waitlist.
notice-offer-over = This offer is over, but you stay in the waitlist.
notice-time-taken = This time was just taken. Please choose another.
notice-waiting = Done! I will tell you as soon as a time opens.
notice-too-many-places = You are waiting in five places already. Please leave one of them first.
notice-left-waitlist = You are not waiting for this any more.
notice-setting-kept = Noted.
notice-attendance-kept = Noted, thank you.
notice-too-early = This visit has not begun yet.
notice-too-late = This is not possible any more.
notice-studio-cancelled = The visit is cancelled, and the client is being told.
notice-delay-told = They are being told.
notice-nobody-to-tell = There is nobody to tell any more.
notice-requested = Almost done! The studio has to confirm this visit, and I will tell you.
notice-one-request = The studio has to confirm your visits one by one. Please wait for its word, or book a single visit.
notice-approved = Confirmed. The client is being told.
notice-refused = Declined. The client is being told.
notice-request-over = This request is over.
notice-outbox-done = Done.
command-waitlist = My waitlist
command-notifications = What I am told, and when
command-late = I'm running late
command-outbox = Messages that wait
command-jobs = What runs by itself

# Money
summary-deposit = 💳 To book it, { $amount } is due now.
summary-deposit-new = 💳 As this is your first visit, { $amount } is due now.
summary-deposit-flagged = 💳 As you have missed visits, { $amount } is due now.
summary-pay = 💳 Pay { $amount } and book
summary-awaiting = <b>Your time is kept for you</b>

    { $items }
    👤 { $master }
    📍 { $place }
    🗓 <b>{ $day }, { $from }–{ $to }</b> ({ $zone })

    💳 Please pay <b>{ $amount }</b> with the invoice below until <b>{ $until }</b>. Then the visit is yours.
    If you leave this screen, the time is given back and nothing is charged.
status-awaiting-payment = <b>💳 Waiting for your payment</b>
visit-paid = 💳 Paid: { $amount }
visit-fee = 💳 { $amount } was kept.
visit-refund = 💳 { $amount } goes back to you.
cancel-fee = 💳 The { $amount } that you have paid will be kept.
cancel-refund = 💳 You will get { $amount } back.
cancel-refund-by-hand = 💳 You will get { $amount } back within a few days.
invoice-title = Deposit for your visit
invoice-title-full = Payment for your visit
invoice-description = { $services } · { $master }, { $when }. The time is kept until { $until }.
checkout-not-yours = This invoice is for somebody else. You can book a visit of your own with this bot.
checkout-paid = This is already paid. Nothing is charged twice.
checkout-over = What this invoice is for is not kept any more, so nothing is charged. Please choose again.
checkout-unknown = This invoice is not valid any more, so nothing is charged. Please start again with /book.
checkout-later = We cannot take payments at this moment, and nothing is charged. Please try again in a minute.
letter-approved-pay = ✅ <b>Approved: please pay until { $until }</b>
letter-payment-over = ⌛ <b>The payment did not come in time, so the visit is not booked</b>
letter-refunded = ↩️ <b>{ $amount } went back to you.</b>{ $about }
letter-refund-due = ↩️ <b>{ $amount } will go back to you within a few days.</b>{ $about }
    You need not do anything.
refund-about = { "" }
    { $services }, { $when }
letter-refund-task = ↩️ <b>Please give { $amount } back</b>
    { $reason }
    { $who }

    Payment: <code>{ $charge }</code>
    With the provider: <code>{ $provider }</code>
refund-reason-cancelled = The visit was cancelled in time.
refund-reason-late = It came when the time was not free any more.
refund-reason-duplicate = The same was paid twice.
refund-reason-part = The visit was cancelled late; this is what is not kept.
refund-reason-mismatch = It is not what was asked for, so please look at it first.
refund-reason-unknown = Nobody knows what it is for, so please look at it first.
refund-visit = 👤 { $client }, { $when }
refund-stranger = 👤 Telegram id { $person }
button-refund-done = ✅ It is given back
button-refund-stars = ↩️ Give it back now
notice-please-pay = Please pay with the invoice below.
notice-cannot-pay = We cannot take a payment at this moment. Please call us.
notice-money-back = Thank you, but the time was not free any more. Your money goes back to you.
notice-money-unclear = Your payment has arrived, and we are looking into what it is for. Nothing is lost.
notice-refund-kept = Noted. The client is told.
notice-refund-over = This has been dealt with already.

# Payments and the books
terms-of-payment = <b>The rules of paying</b>
    • You pay the studio you book with, for what the invoice names. Telegram and the payment provider only carry the money.
    • The time is yours as soon as the payment has arrived. If it cannot be yours any more, the money goes back.
    • Cancel in time, and what you have paid goes back: Stars at once, other payments within a few days. When that is, each visit says.
    • What is missed is not paid back, and of what is cancelled late at least a part is kept; before you cancel you see how much. What the studio cancels always comes back.
    • What a voucher has paid comes back to the voucher. Where Stars cannot come back in part, the rest becomes a voucher. A voucher is good until its date.
    • Telegram cannot help with payments to this bot. /paysupport shows what you have paid and whom to ask.
pay-support = <b>Your payments</b>
    Something is wrong with one of them? Please tell the studio you have booked with and name the payment's number. Telegram's support cannot help with payments to this bot.
payments-none = You have not paid anything here yet.
payment-row = { $when }: <b>{ $amount }</b> – { $state }
          <code>{ $charge }</code>
payment-taken = paid
payment-going-back = going back to you
payment-back = gone back to you
ledger = <b>Where the money is</b>
ledger-none = No money has moved yet.
ledger-row = { $account }: <b>{ $amount }</b>
ledger-due = ↩️ { $count ->
        [one] { $count } payment has still to go back.
       *[other] { $count } payments have still to go back.
    }
ledger-caption = { $month }: { $count ->
        [one] { $count } movement
       *[other] { $count } movements
    }
ledger-to = To (debit)
ledger-from = From (credit)
button-ledger-file = 📎 { $month } as a table
account-stars = Stars with Telegram
account-provider = With the provider
account-cash = Cash
account-card = Card terminal
account-deposits = Paid for visits ahead
account-refunds = To be given back
account-unknown = Nobody knows whose
account-sales = Earned by visits
account-fees = Kept of missed visits and old vouchers
command-terms = The rules of paying
command-paysupport = What I have paid
command-ledger = Where the money is
button-refund-tasks = ↩️ Show what to give back
account-tips = Tips
button-tip = 💝 { $amount }
tip-ask = Would you like to leave something for them?
button-cash = 💶 { $amount } in cash
button-card = 💳 { $amount } by card
button-desk-undo = ↩️ It was not paid after all
staff-refund = 💳 { $amount } goes back to the client.
staff-cash = 💶 In cash: { $amount }
staff-card = 💳 By card: { $amount }
invoice-title-tip = A tip for { $master }
invoice-description-tip = { $services }, { $when }. Thank you!
letter-tip = 💝 <b>{ $client } left you { $amount }</b>
    { $services }, { $day }
notice-tip-asked = That is kind! The invoice comes right below.
notice-tipped = Thank you so much! It will be passed on.
notice-desk-kept = Noted.
letter-books = ⚠️ <b>The books do not agree</b>
    Nothing is lost: every payment is written down. Please show this to whoever looks after the bot.
books-nobody = • payment { $payment } pays for nothing and does not go back
books-booking = • visit { $booking }: the ledger has another sum
books-owed = • { $currency }: the ledger owes another sum than is to go back
button-ledger = 💰 Where the money is
summary-deposit-later = 💳 Once we have said yes, { $amount } is due.

# Vouchers and codes
command-vouchers = My vouchers, and new ones
button-vouchers = 🎁 Vouchers
vouchers = <b>Your vouchers</b>
vouchers-none = You have none yet.
vouchers-gifts = <b>Gifts that wait for their taker</b>
vouchers-buy = Here is what you can buy:
vouchers-row = { $name } · { $price }
voucher-name = Voucher
voucher-visits = 🎟 { $name }: <b>{ $left } of { $all }</b> left, until { $until }
voucher-amount = 🎟 { $name }: <b>{ $left }</b> left, until { $until }
voucher-type-visits = <b>{ $name }</b>

    { $count ->
        [one] { $count } visit
       *[other] { $count } visits
    }: { $service }
    💳 <b>{ $price }</b>, which is { $each } a visit
    ⏳ Good for { $days ->
        [one] one day
       *[other] { $days } days
    } once it is paid

    Who is it for?
voucher-type-amount = <b>{ $name }</b>

    💳 <b>{ $price }</b>, to be spent on any visit
    ⏳ Good for { $days ->
        [one] one day
       *[other] { $days } days
    } once it is paid

    Who is it for?
button-buy-own = 🙋 For me
button-buy-gift = 🎁 A gift
invoice-title-voucher = Voucher
invoice-title-gift = Gift voucher
invoice-description-voucher = { $name }. Good for { $days ->
        [one] one day
       *[other] { $days } days
    } once it is paid.
notice-voucher-asked = The invoice comes right below.
notice-voucher-bought = Thank you! Your voucher is here in this chat.
notice-gift-sent = Here it is again. Please pass that message on.
notice-paid-twice = This was paid already, so this payment goes back to you.
button-send-gift = 🎁 Show me { $name } to pass it on
payment-row-part = { $when }: <b>{ $amount }</b>, of which { $back } – { $state }
          <code>{ $charge }</code>
notice-voucher-over = This voucher cannot pay for this visit any more.
notice-voucher-instead = Done! Your voucher is here in this chat.
notice-not-sold = This is not sold any more.
notice-gift-taken = 🎁 The gift is yours!
notice-gift-over = This gift has been taken already, or its time is over.
letter-voucher = <b>A voucher of yours</b>
    { $voucher }

    Just book a visit: on the last step you can pay with it.
letter-gift = 🎁 <b>A gift for you</b>
    { $voucher }

    It belongs to whoever opens this link first: { $link }
letter-gift-taken = 🎁 <b>Your gift has arrived</b>
    { $name }
letter-refund-over = ↩️ <b>Please do not give { $amount } back</b>
    The client took a voucher instead, so there is nothing left to do.
    Payment { $charge }, with the provider { $provider }
button-rather-voucher = 🎟 Rather a voucher, at once
button-redeem-visit = 🎟 Use a visit: { $name }
button-redeem-amount = 🎟 Pay { $amount } with my voucher: { $name }
button-code = 🏷 I have a code
code-ask = <b>Which code do you have?</b>
    Write it to me, and the visit gets cheaper.
visit-code = 🏷 With { $code }: <b>{ $price }</b> instead of { $full }
visit-voucher = 🎟 Paid with a visit of a voucher
visit-voucher-amount = 🎟 Paid with a voucher: { $amount }
visit-voucher-used = 🎟 The visit of the voucher is used up.
visit-voucher-back = 🎟 It is back on the voucher.
visit-fee-part = 💳 { $kept } was kept, { $rest } goes back.
visit-fee-part-voucher = 💳 { $kept } was kept, { $rest } is on a voucher.
summary-voucher-short = 🎟 A voucher has { $left } left, which is less than what is due now.
cancel-voucher = 🎟 Your voucher gets it back.
cancel-voucher-used = 🎟 The visit of your voucher will be used up.
cancel-fee-part = 💳 { $kept } of what you have paid will be kept, and you will get { $rest } back within a few days.
cancel-fee-part-voucher = 💳 { $kept } of what you have paid will be kept, and { $rest } will be on your voucher.
notice-one-code = One code a visit, and this one has one.
notice-no-such-code = I do not know this code. Please check it and write it once more.
notice-code-used = Done: your visit is cheaper now.
notice-code-too-early = This code is not good yet.
notice-code-too-late = This code is not good any more.
notice-code-used-up = This code has been used too often already.
notice-code-used-by-you = You have used this code already.
notice-code-not-for-you = This code is for other guests.
payment-voucher = you took a voucher instead
account-vouchers = Paid for vouchers
books-vouchers = • { $currency }: the ledger has another sum for all vouchers
books-voucher = • voucher { $voucher }: the ledger has another sum

# Backups
command-backup = Back up now
command-backups = The last backups
backups = <b>Backups</b>
backups-off = There are none: BACKUP_PASSPHRASE is not set. Please ask whoever runs the bot.
backups-none = There is none yet. The first one comes by itself.
backups-keep = Keep several of them: each is readable with the passphrase alone, and <code>vizit restore</code> brings it back.
backup-row-asked = ⏳ { $when }: begins in a moment
backup-row-running = ⏳ { $when }: running since { $since }
backup-row-done = ✅ { $when }: { $size } in { $parts ->
        [one] { $parts } part
       *[other] { $parts } parts
    }, { $proof }
backup-row-failed = ❌ { $when }: { $error }
backup-proven = restored and compared
backup-unproven = not restored
button-backup = 💾 Back up now
button-backups = 💾 The last backups
button-look-again = 🔄 Look again
button-find-backup = 🔎 { $when }
backup-reading = 💾 The backup is being written …
backup-proving = 🔍 It is restored and compared …
backup-sending = 📤 Part { $part } of { $of } is on its way …
backup-here = ✅ Here is the backup.
backup-found = ⬆️ The backup of { $when }
backup-part = Part { $number } of { $of }, sha256 <code>{ $sha }</code>
backup-caption = 💾 <b>{ $proof }</b>
    Database { $database }, backup { $size }, Vizit { $version }, { $seconds } s
    All of it: sha256 <code>{ $sha }</code>
backup-rows = Rows: { $rows }
backup-caption-proven = A backup, restored and compared
backup-caption-unproven = A backup that could not be restored for a test: { $reason }
letter-backup-failed = ❌ <b>There is no backup of { $when }</b>
    { $error }
letter-backup-late = ⚠️ <b>The last good backup is too old</b>
    It is of { $when }. Please see why, and back up now.
letter-backup-never = ⚠️ <b>There is no good backup yet</b>
    Please see why, and back up now.
notice-backup-asked = It begins in a moment, and comes to this chat.
notice-backup-running = One is being made already.
notice-no-backups = There are no backups here: BACKUP_PASSPHRASE is not set.
# Tables to take away
command-export = Visits, clients or payments as a table
notice-say-days = It needs a first and a last day: /export 2026-11-01 2026-11-30
export = <b>A table to take away</b>
    📄 <b>{ $what }</b>
    🗓 { $days }
    👤 { $whose }
    ☑️ { $how }

    For other days write them: /export 2026-11-01 2026-11-30
export-days = { $first } – { $last }
export-own = My own
export-everyone = Everyone
export-visits = Visits
export-clients = Clients
export-payments = Payments
export-this-month = This month
export-last-month = Last month
export-this-year = This year
export-twelve-months = Last 12 months
export-all = All days
export-any = However they ended
export-took-place = Took place
export-missed = Missed
export-cancelled = Cancelled
export-comments = With comments
button-export = 📎 Export
export-caption = { $what }: { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }
export-caption-part = { $what }, part { $part } of { $parts }. Put the parts together in their order, and open them as one archive.
export-busy = The table before is still on its way to you. Please wait for it.
export-failed = Something went wrong with the table. If it has not arrived, please tap Export once more.
column-number = No.
column-visit = Visit
column-start = Start
column-minutes = Minutes
column-location = Location
column-master = Master
column-services = Services
column-client = Client
column-phone = Phone
column-status = Status
column-booked = Booked at
column-price = Price
column-discount = Discount
column-code = Code
column-deposit = Paid beforehand
column-deposit-way = Paid beforehand by
column-voucher = Paid by voucher
column-money = Where it is
column-desk = Paid at the desk
column-desk-way = Paid at the desk by
column-currency = Currency
column-rating = Rating
column-comment = Comment
column-language = Language
column-since = Known since
column-regard = Mark
column-visits = Visits
column-took-place = Took place
column-missed = Missed
column-cancelled = Cancelled
column-first = First visit
column-last = Last visit
column-at = Time
column-direction = Direction
column-way = By
column-about = For
column-amount = Amount
column-charge = Payment
column-provider-charge = With the provider
cell-booked = Booked
cell-took-place = Took place
cell-missed = Missed
cell-cancelled = Cancelled
cell-cancelled-late = Cancelled late
cell-cancelled-studio = Cancelled by the studio
cell-flagged = Flagged
cell-blocked = Blocked
cell-in = In
cell-out = Out

# What is stored about somebody
command-mydata = What is stored about me
button-mydata = 📎 Show me all of it
own-data-caption = All that is stored about you, to read.
own-data-caption-json = The same and everything else, as it is stored.
own-data-head = What is stored about you, as of { $day }
own-data-name = Name: { $name }
own-data-phone = Phone: { $phone }
own-data-language = Language: { $language }
own-data-consent = You agreed: { $at }
own-data-visits = Visits
own-data-visit = • { $day }, { $from }: { $what } – { $status }
own-data-payments = Payments
own-data-vouchers = Vouchers
own-data-none = none
own-data-rest = The other file has all of it as it is stored: settings, every change of a visit, your place in waiting lists, and the messages of the last days.
own-data-views = Who of the staff has looked at your data
own-data-view = • { $day }, { $at }: { $who }
own-data-view-table = • { $day }, { $at }: { $who }, in a table with others
own-data-management = the management

# Being forgotten
command-forget = Erase what is stored about me
button-forget = 🗑 Erase it
button-really-forget = 🗑 Yes, forget me
button-keep-data = ↩️ Keep my data
forget-ask = <b>Shall I forget you?</b>
    Your name, language and phone number are erased, your comments, settings and places in the waitlist, and all our messages that I keep. Your visits stay as figures without a name. { $years ->
        [0] Of payments only the amounts are kept.
        [one] Who has paid what is kept for a year, as the law wants it, and erased then.
       *[other] Who has paid what is kept for { $years } years, as the law wants it, and erased then.
    }
forget-visits = ❌ { $count ->
        [one] What you have booked ahead is cancelled.
       *[other] All { $count } things that you have booked ahead are cancelled.
    } What you have paid for it goes back as if you cancelled it now; what would come back as a voucher is lost.
forget-vouchers = ❌ What is left of your vouchers is lost. Gifts that you have bought stay good for whoever has their link, so keep it.
forget-marked = That the studio has limited what you may book is kept for a year, with the number of your Telegram account alone.
forget-cooling = It is done 24 hours from now. Until then you can change your mind. Backups made before then are not changed, but whoever restores one has you forgotten again.
forget-pending = <b>You will be forgotten { $when }.</b>
    Until then you can change your mind. Afterwards you are welcome like anybody new.
forget-staff = <b>You are on the staff.</b>
    What you do for others cannot be erased as long as you are. Ask whoever keeps the catalog to take you out of it first.
notice-data-kept = Good to have you! Nothing is erased.
letter-erasure-asked = 🗑 <b>A client wants to be forgotten</b>
    All about them is erased { $when }, and what they have ahead of them is cancelled. Until then you can see who it is. Please erase by then what you have noted about them elsewhere.
letter-erasure-asked-unseen = 🗑 <b>A client wants to be forgotten</b>
    All about them is erased { $when }. They have not been here.
letter-erasure-withdrawn = ↩️ <b>The client who wanted to be forgotten stays</b>
letter-erasure-done = 🗑 <b>Client { $code } has been forgotten</b>
    Backups from before still know them. If you restore one into an empty database, add <code>--forget { $code }</code>; over this one it goes by itself. Please keep this message as long as you keep such backups.
letter-forgotten = 👋 <b>You are forgotten.</b>
    Nothing is stored about you any more, except who has paid what, for as long as the law wants it, and for a year a mark of the studio, where it had made one. To erase this chat as well, delete it in Telegram. Whenever you like to come again: /start
