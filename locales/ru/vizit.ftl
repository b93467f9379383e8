# Приветствие и согласие
welcome = <b>Здравствуйте!</b>
    Здесь можно записаться за минуту: выберите услугу, мастера и время.

    Чтобы вести ваши записи, я храню ваше имя в Telegram, язык, сами записи и их отмены, а также номер телефона, если вы им поделитесь. Видят это те, к кому вы записываетесь, и управляющие студии; это есть и в её резервных копиях.
welcome-agree = ✅ Принимаю, начнём
button-privacy = 🔒 Мои данные

# Телефон
phone = <b>Можно вам позвонить?</b>
    Если планы изменятся, звонок быстрее всего. Поделитесь номером кнопкой ниже или пропустите: записаться можно и без него.
phone-share = 📱 Поделиться номером
phone-skip = Пропустить

# Главная
home = <b>Чем могу помочь?</b>
home-forgetting = ⏳ Всё о вас будет удалено { $when }: записи после этого отменятся.
home-next = Ваша ближайшая запись: <b>{ $when }</b>
    { $services } · { $master }
button-book = 📅 Записаться
button-visits = 🗂 Мои записи
button-language = 🌐 Язык
button-help = ❓ Помощь
button-today = 🗓 Записи на сегодня
button-home = 🏠 Главная
button-back = ‹ Назад

# Запись: где, что, к кому
locations = <b>Куда вам удобнее прийти?</b>
services = <b>Какие услуги вас интересуют?</b>
    Отметьте одну или несколько.
services-excluded = 🚫 не сочетается с отмеченным.
services-gone = Часть отмеченного больше не предлагается.
services-total = Выбрано: { $count ->
        [one] { $count } услуга
        [few] { $count } услуги
        [many] { $count } услуг
       *[other] { $count } услуги
    }, { $duration }, <b>{ $price }</b>
services-row = { $name } · { $duration } · { $price }
services-next = Далее ›
services-more = Ещё услуги ›
services-fewer = ‹ Предыдущие услуги
masters = <b>К кому?</b>
    Рядом с именем указано ближайшее свободное время.
masters-anyone = Любой специалист
masters-row = { $name } · { $price } · { $when }
masters-row-from = { $name } · от { $price } · { $when }
masters-row-full = { $name } · { $price } · всё занято
nobody-does-all = <b>Никто не оказывает все эти услуги за один визит.</b>
    Вернитесь и уберите часть или запишитесь отдельно.
masters-full = <b>На ближайшие недели всё занято.</b>
    Загляните завтра или выберите другие услуги.
gone = <b>Больше не предлагается:</b> { $services }
    Остальной ваш выбор сохранён.
gone-moving = <b>Больше не предлагается:</b> { $services }
    Поэтому перенести эту запись здесь нельзя. Она остаётся в силе; если нужно другое время, позвоните нам.
button-go-on = Продолжить ›
master-gone = <b>К этому специалисту на эти услуги больше не записаться.</b>
    Ваши услуги сохранены: выберите кого-нибудь другого.
button-other-master = 👤 Другой специалист
refused-blocked = <b>Онлайн-запись для вас здесь закрыта.</b>
    Позвоните или зайдите к нам, и мы что-нибудь придумаем.
refused-too-many = <b>У вас уже столько записей впереди, сколько можно одновременно: { $count }.</b>
    Когда визит пройдёт или будет отменён, можно будет записаться снова.
refused-exclusive = <b>Некоторые из этих услуг нельзя взять вместе.</b>
    Продолжим с теми, которые сочетаются.
refused-lone-addon = <b>Одна из этих услуг бывает только вместе с другой.</b>
    Продолжим без неё.
refused-new = <b>Одна из этих услуг — только для первого визита.</b>
    Продолжим без неё.
refused-known = <b>Одна из этих услуг — только для тех, кто у нас уже был.</b>
    Продолжим без неё или начнём с первого визита.

# Запись: когда
calendar = <b>В какой день?</b>{ $master }
    Дни со свободным временем показаны числом; ✕ – всё занято.
calendar-move = <b>На какой день перенести?</b>{ $master }
    Запись остаётся в силе, пока вы не подтвердите новое время.
calendar-empty = <b>{ $month }: всё занято.</b>{ $master }
    Выберите другой месяц или вернитесь назад.
calendar-with = {""}
    👤 { $master }
times = <b>{ $day }</b>{ $master }
    Выберите время ({ $zone }).
times-tidy = ✨ нам это время удобнее всего.
times-none = <b>{ $day }</b>: свободного времени в этот день больше нет.
    Выберите другой день.
times-night = 🌙 Ночь
times-morning = 🌅 Утро
times-afternoon = ☀️ День
times-evening = 🌆 Вечер
summary = <b>{ $title }</b>

    { $items }
    👤 { $master }
    📍 { $place }
    🗓 <b>{ $day }, { $from }–{ $to }</b> ({ $zone })
    { $totals }
    { $rules }
    Время держим за вами до <b>{ $until }</b>. { $how ->
        [pay] Оплатите, чтобы записаться.
       *[confirm] Подтвердите, чтобы записаться.
    }
summary-title = Проверьте вашу запись
summary-title-move = Проверьте новое время
summary-was = 🕘 Было: { $when }
summary-price-was = ⚠️ Пока вы выбирали, цена изменилась: была { $price }.
summary-price-before = ⚠️ Цена изменится: раньше была { $price }.
summary-rules-none = До визита мало времени: после подтверждения отменить его здесь нельзя.
summary-totals =
    ⏱ { $duration }
    💳 <b>{ $price }</b>
summary-over = <b>Время больше не закреплено за вами.</b>
    Вернитесь и выберите время ещё раз. Запись не сделана.
summary-confirm = ✅ Подтвердить
summary-confirm-move = ✅ Перенести
summary-repeat = 🔁 Повторять
repeat = <b>Как часто вы хотите приходить?</b>
    { $services } · { $master }
    { $weekday }, { $time }
repeat-times = { $count ->
        [one] { $count } визит
        [few] { $count } визита
        [many] { $count } визитов
       *[other] { $count } визита
    }
repeat-weeks = { $weeks ->
        [1] Каждую неделю
        [one] Раз в { $weeks } неделю
        [few] Раз в { $weeks } недели
        [many] Раз в { $weeks } недель
       *[other] Раз в { $weeks } недели
    }
series-rule = { $every }, { $times }
series = <b>{ $rule }</b>
    { $services } · { $master }

    { $visits }

    { $next }
series-fits = ✅ { $when }
series-clash = ⚠️ { $when }: { $reason }
series-skipped = ➖ { $when }: пропускаем
series-moved = ✅ { $when } (вместо: { $ruled })
series-settle = Визиты с ⚠️ пропустите (➖) или выберите для них другое время (🕘).
series-held = Первый визит держим за вами до <b>{ $until }</b>. Подтвердите, чтобы записаться на все.
series-taken = занято
series-closed = нерабочее время
series-away = специалист отсутствует
button-skip = ➖ { $when }
button-unskip = ↩️ { $when }
button-pick = 🕘 { $when }
series-pick = <b>Какое время выбрать?</b> Вместо: { $when }
series-pick-none = <b>Рядом всё занято:</b> { $when }
    Этот визит можно пропустить.
button-leave-out = ➖ Пропустить
series-confirm = ✅ Подтвердить { $count ->
        [one] { $count } визит
        [few] { $count } визита
        [many] { $count } визитов
       *[other] { $count } визита
    } · { $price }
taken = <b>Это время уже недоступно:</b> { $when }
    Вот ближайшее:
taken-none = <b>Это время уже недоступно:</b> { $when }
    Рядом свободного тоже нет. Выберите другой день.
taken-free-again = <b>Это время ещё свободно:</b> { $when }
    Выберите его снова или другое:
taken-nearby = { $when }
taken-other = { $when } · { $master }
taken-later = { $when }
button-other-day = 🗓 Другой день
discreet-visit = Визит
item = • { $name } · { $duration } · { $price }

# Записи
visits-upcoming = <b>Предстоящие записи</b>
visits-past = <b>Прошедшие записи</b>
visits-none = Предстоящих записей нет. Запишемся?
visits-past-none = Прошедших записей пока нет.
visits-row = { $when } · { $services }
button-upcoming = Предстоящие
button-past = Прошедшие
button-next-page = Далее ›
button-previous-page = ‹ Назад по списку
visit = { $status }

    { $items }
    👤 { $master }
    📍 { $place }
    🗓 <b>{ $day }, { $from }–{ $to }</b> ({ $zone })
    💳 { $price }
terms-both = Бесплатный перенос и отмена до: { $until }.
terms-cancel = Бесплатная отмена до: { $until }.
terms-move = Перенос до: { $until }.
terms-then-late = Если отменить позже, отмена будет считаться поздней.
terms-late = Если отменить сейчас, отмена будет считаться поздней.
terms-too-late = Отменить здесь уже нельзя. Если не сможете прийти, сообщите нам как можно раньше.
visit-series = 🔁 { $rule }
status-held = <b>Запись ещё не подтверждена</b>
status-confirmed = <b>✅ Вы записаны</b>
status-now = <b>Визит идёт сейчас</b>
status-past = <b>Визит прошёл</b>
status-completed = <b>Визит состоялся</b>
status-no-show = <b>Визит пропущен</b>
status-cancelled = <b>❌ Запись отменена</b>
status-cancelled-late = <b>❌ Запись отменена поздно</b>
button-ics = 📎 В календарь
button-cancel-visit = Отменить запись
button-move-visit = 🕘 Перенести
ics-caption = Откройте файл, чтобы добавить визит в календарь.
cancel-ask = <b>Отменить эту запись?</b>

    { $services } · { $master }
    🗓 { $day }, { $from }–{ $to }

    Время сразу станет свободным для других.
cancel-yes = Да, отменить
cancel-no = Нет, оставить
cancel-late = ⚠️ Времени мало: эта отмена будет считаться поздней.
cancel-this = Только эту
cancel-following = Эту и ещё { $count ->
        [one] { $count } следующую
        [few] { $count } следующие
        [many] { $count } следующих
       *[other] { $count } следующие
    }

# Другие экраны
language = <b>Какой язык вам удобнее?</b>
language-en = English
language-ru = Русский
help = <b>Как это работает</b>
    /book – записаться
    /visits – посмотреть, перенести или отменить записи
    /cancel – прервать начатое или отменить запись
    /waitlist – чего вы ждёте
    /vouchers – сертификаты и абонементы
    /notifications – о чём и когда вам сообщать
    /language – выбрать язык
    /terms – правила оплаты
    /paysupport – ваши платежи
    /privacy – что о вас хранится, /mydata – всё целиком
    /forget – удалить всё, что о вас хранится
help-staff = <b>Для сотрудников</b>
    /today – записи на сегодня
    /day 2026-12-01 – записи на этот день
    /block 2026-12-01 14:00-16:00 – закрыть время для записи
    /why 2026-12-01 15:00 – почему время предлагается или нет
    /late – сообщить клиентам, что вы задерживаетесь
    /export – визиты и клиенты таблицей, за любые дни: /export 2026-11-01 2026-11-30
privacy = <b>Что о вас хранится</b>
    Ваше имя в Telegram и язык, номер телефона, если вы им поделились, и ваши записи, в том числе что и когда вы отменили, пропустили или оценили, ваши оплаты и сертификаты, чего вы ждёте, о чём просите сообщать, и какое-то время наша переписка. Сотрудники могут отметить, что кому-то запись ограничена или закрыта. Это нужно только для ваших визитов. Мастер, к которому вы записаны, видит ваше имя, телефон и записи; управляющие студии видят все записи и оплаты. Они и терапевты могут делать резервные копии, в которых есть всё.

    Ваши сообщения хранятся не дольше недели, мои вам – пять недель, место в нашем разговоре – полгода, а кто из сотрудников смотрел ваши данные – год. Вы можете посмотреть всё это и удалить, кроме того, кто и что оплатил: это хранится, пока требует закон, а отметка сотрудников – ещё год.
missing = <b>Эта страница больше не актуальна.</b>
    Возможно, что-то изменилось. Начните с главной.
nothing-offered = <b>Запись пока не открыта.</b>
    Загляните чуть позже.

# Сотрудники
day = <b>{ $day }</b>
day-today = <b>Сегодня, { $day }</b>
day-none = Записей нет.
day-count = { $count ->
        [one] { $count } запись
        [few] { $count } записи
        [many] { $count } записей
       *[other] { $count } записи
    }
day-row = { $from }–{ $to } · { $client } · { $services }
day-row-master = { $from }–{ $to } · { $master } · { $client }
staff-visit = <b>{ $client }</b>
    { $phone }

    { $items }
    👤 { $master }
    🗓 <b>{ $day }, { $from }–{ $to }</b> ({ $zone })
    💳 { $price }
staff-no-phone = телефон не указан
staff-room = 🚪 { $rooms }
staff-late = ⏰ Поздних отмен: { $count }.
staff-flagged = 🚩 Под вопросом: может иметь меньше записей одновременно.
staff-blocked = ⛔ Онлайн-запись закрыта.
button-flag = 🚩 Под вопросом
button-block = ⛔ Запретить запись
button-trust = 🤝 Снова доверять
day-off = 🌴 { $from }–{ $to } закрыто
day-off-master = 🌴 { $from }–{ $to } закрыто · { $master }
button-unblock = ✖️ { $from }–{ $to }
why = { $master }, { $when }
why-nobody = <b>Такого мастера нет, или он не оказывает такую услугу.</b>
    Укажите ключ из каталога: /why 2026-12-01 15:00 anna
why-inactive = { $master }: в каталоге отключено.
why-nothing = { $master }: нет услуг, на которые можно записаться.
why-yes = ✅ Предлагается: { $services }
why-no = ❌ Не предлагается: { $services }
why-services = эти услуги можно взять вместе
why-not-exclusive = эти услуги исключают друг друга
why-not-addon = дополнение берут только вместе с основной услугой
why-not-new = только для тех, кто ещё не был
why-not-known = только для тех, кто уже был
why-lead = достаточно времени до начала
why-not-lead = слишком скоро: самое раннее { $when }
why-horizon = не слишком далеко
why-not-horizon = слишком далеко: последний день { $day }
why-hours = работает { $from }–{ $to }
why-not-hours = не работает
why-grid = одно из предлагаемых начал
why-not-grid = между предлагаемыми { $before } и { $after }
why-time-off = на месте
why-not-time-off = отсутствует: { $from } – { $to }
why-breaks = нет перерыва
why-not-breaks = перерыв { $from }–{ $to }
why-length = заканчивается в рабочее время
why-not-length = слишком долго: работа до { $time }
why-master = других записей нет
why-not-master = другая запись с паузами занимает { $from }–{ $to }
why-resource = кабинет и оборудование свободны, где нужны
why-not-resource = нужный кабинет или оборудование занято
why-other = зависит и от клиента: новый или нет, открыта ли ему запись, сколько у него записей и нет ли другой в это время

# Короткие слова
notice-out-of-date = Это меню устарело, вот новое.
notice-staff-only = Эта команда для сотрудников. Что можете вы: /help
notice-pick-a-service = Отметьте хотя бы одну услугу.
notice-too-many-services = В одной записи может быть до восьми услуг.
notice-phone-saved = Спасибо, номер сохранён.
notice-phone-skipped = Хорошо, записаться можно и без номера.
notice-phone-not-yours = Это чужой контакт. Поделитесь своим номером с помощью кнопки.
notice-phone-or-skip = Воспользуйтесь кнопками ниже: поделитесь номером или пропустите.
notice-language-set = Теперь говорим по-русски.
notice-own-visit-then = На это время вы уже записаны. Выберите другое.
notice-hold-over = Мы больше не могли держать это время. Выберите ещё раз.
notice-not-offered = Такого сочетания больше нет. Выберите заново.
notice-master-gone = К этому специалисту больше не записаться. Выберите другого.
notice-left-out = Не всё отмеченное сочетается. Остальное сохранено.
notice-moved = Готово! Запись перенесена. До встречи.
notice-series-booked = Готово! Вы записаны на все визиты.
notice-series-clash = Одно из этих времён только что заняли. Посмотрите на визиты с ⚠️.
notice-nothing-moved = Хорошо, запись остаётся как была.
notice-booked = Готово! Будем рады вас видеть.
notice-nothing-booked = Хорошо, запись не сделана.
notice-visit-cancelled = Запись отменена.
notice-visit-cancelled-late = Запись отменена. Отмена считается поздней.
notice-visits-cancelled = Эти записи отменены.
notice-too-late-to-move = Перенести эту запись здесь уже нельзя.
notice-cannot-move = Перенести эту запись здесь больше нельзя. Она остаётся как была.
notice-say-time = Нужны дата и время: /why 2026-12-01 15:00
notice-say-span = Нужны дата и время с – до: /block 2026-12-01 14:00-16:00
notice-regard-set = Отмечено.
notice-no-such-master = Такого мастера нет. Добавьте ключ из каталога: /block 2026-12-01 14:00-16:00 anna
notice-blocked = Готово: записаться на это время нельзя.
notice-block-clash = В это время есть записи. Выберите промежуток без них.
notice-unblocked = На это время снова можно записаться.
notice-choose-visit-to-cancel = Какую запись отменить? Сначала откройте её.
notice-too-late-to-cancel = Отменить эту запись здесь уже нельзя.
notice-not-found = Такой записи нет.
notice-say-day = Это сегодня. Для другого дня добавьте дату: /day 2026-12-01
notice-unknown-command = Такой команды я не знаю. Список команд: /help
notice-unknown-text = Я лучше понимаю кнопки. Воспользуйтесь ими или наберите /help.
notice-unknown-sticker = Мило! Чтобы записаться, воспользуйтесь кнопками ниже.
notice-unknown-picture = Спасибо, но картинки я не вижу. Воспользуйтесь кнопками ниже.
notice-unknown-other = Этого я прочитать не могу. Воспользуйтесь кнопками или наберите /help.
keyboard-gone = 👌
notice-started-anew = У нас что-то изменилось, поэтому начнём сначала. Ваши записи на месте.
error = Не получилось, извините. Попробуйте ещё раз чуть позже. Если повторится, сообщите нам код: { $code }

# Команды в списке Telegram
command-start = Начать сначала
command-book = Записаться
command-visits = Мои записи
command-cancel = Прервать или отменить запись
command-help = Как это работает
command-language = Выбрать язык
command-privacy = Что о вас хранится
command-today = Записи на сегодня
command-day = Записи на день
command-block = Закрыть время
command-why = Почему время предлагается или нет

# Даты, время, суммы
time-zone = время { $zone }
today-at = сегодня в { $time }
tomorrow-at = завтра в { $time }
day-at = { $day }, { $time }
date-long = { $weekday }, { $day } { $month }
date-year = { $weekday }, { $day } { $month } { $year } г.
date-day = { $day } { $month } { $year } г.
date-short = { $weekday } { $day } { $month }
date-short-year = { $weekday } { $day } { $month } { $year }
month-year = { $month } { $year }
minutes = { $minutes } мин
hours = { $hours } ч
hours-minutes = { $hours } ч { $minutes } мин
money = { $amount } { $symbol }
money-code = { $amount } { $symbol }
money-separators = {"\u00A0"},
weekday-short = { $number ->
        [1] пн
        [2] вт
        [3] ср
        [4] чт
        [5] пт
        [6] сб
       *[7] вс
    }
weekday-abbr = { $number ->
        [1] пн
        [2] вт
        [3] ср
        [4] чт
        [5] пт
        [6] сб
       *[7] вс
    }
weekday = { $number ->
        [1] понедельник
        [2] вторник
        [3] среда
        [4] четверг
        [5] пятница
        [6] суббота
       *[7] воскресенье
    }
month-name = { $number ->
        [1] Январь
        [2] Февраль
        [3] Март
        [4] Апрель
        [5] Май
        [6] Июнь
        [7] Июль
        [8] Август
        [9] Сентябрь
        [10] Октябрь
        [11] Ноябрь
       *[12] Декабрь
    }
month-of-date = { $number ->
        [1] января
        [2] февраля
        [3] марта
        [4] апреля
        [5] мая
        [6] июня
        [7] июля
        [8] августа
        [9] сентября
        [10] октября
        [11] ноября
       *[12] декабря
    }
month-short = { $number ->
        [1] янв
        [2] фев
        [3] мар
        [4] апр
        [5] мая
        [6] июн
        [7] июл
        [8] авг
        [9] сен
        [10] окт
        [11] ноя
       *[12] дек
    }

# Сообщения о визитах
letter-reminder = 🔔 <b>Ваш визит { $when }</b>
letter-delay = ⏰ <b>{ $master }: задержка { $late }</b>
    Начнём около { $time }. Можно прийти позже, а можно перенести или отменить запись – это бесплатно.
letter-approved = ✅ <b>Запись подтверждена, ждём вас!</b>
letter-studio-cancelled = 😔 <b>Простите, нам пришлось отменить вашу запись</b>
letter-declined = 😔 <b>Простите, мы не можем подтвердить эту запись</b>
letter-other-times = Может быть, вам подойдёт другое время?
letter-rating = ⭐ <b>Как всё прошло?</b>
    { $services } · { $master }
    { $day }

    Достаточно одного нажатия, и вы нам очень поможете.
letter-offer = 🔔 <b>Для вас освободилось время</b>

    { $items }
    👤 { $master }
    📍 { $place }
    🗓 <b>{ $day }, { $from }–{ $to }</b> ({ $zone }){ $was }

    Держим его за вами до <b>{ $until }</b>, потом предложим следующему.
offer-take = ✅ Беру
offer-move = ✅ Перенести запись сюда
offer-decline = ✖️ Нет, спасибо
offer-accepted = ✅ Вы заняли освободившееся время: { $when }
offer-ended = Это предложение закончилось: { $when }
    Вы по-прежнему в листе ожидания, и я сообщу о следующем.
letter-new = 🆕 <b>Новая запись</b>
letter-moved = 🕘 <b>Запись перенесена</b>
letter-moved-away = 🕘 <b>Эта запись больше не у вас.</b>
    Клиента примет другой мастер: { $when }
letter-cancelled = ❌ <b>Клиент отменил запись</b>
letter-cancelled-late = ❌ <b>Клиент поздно отменил запись</b>
letter-cancelled-studio = ❌ <b>Студия отменила запись</b>
letter-client-late = 🏃 <b>Клиент опоздает на { $late }</b>
letter-unreachable = 📵 <b>Клиент не получает сообщения от бота. Пожалуйста, позвоните ему.</b>
letter-outcome = ❓ <b>Визит окончен. Клиент пришёл?</b>
letter-request = 🙏 <b>Принять этого клиента?</b>
    Есть отметка о пропусках, поэтому решаете вы. Время держим до { $until }.
letter-rated = { $stars } от клиента <b>{ $client }</b>, { $when }
letter-job-late = ⚠️ <b>Задача { $job } давно не завершалась успешно.</b>
    Причина в журнале. Всё будет наверстано, когда она снова заработает.
letter-parked = ⚠️ <b>{ $count ->
        [one] { $count } сообщение не удалось
        [few] { $count } сообщения не удалось
        [many] { $count } сообщений не удалось
       *[other] { $count } сообщения не удалось
    } отправить</b>
    Посмотрите почему и отправьте снова или удалите.
visit-delay = ⏰ Начнётся позже на { $late }
visit-late = 🏃 Вы сообщили: опоздание { $late }
visit-coming = ✅ Вы подтвердили, что придёте
visit-rated = { $stars }
button-coming = ✅ Я приду
button-late = 🏃 Опаздываю
button-again = 🔁 Записаться ещё раз
button-earlier = 🔔 Сообщить, если освободится раньше
button-open = Открыть ›
button-came = ✔️ Пришёл
button-came-late = 🕗 Опоздал
button-no-show = 🚫 Не пришёл
button-approve = ✅ Да
button-refuse = ✖️ Нет
late-ask = <b>На сколько вы опоздаете?</b>
    Ваш визит { $when }. Я сразу передам мастеру.
comment-ask = { $stars } <b>Спасибо!</b>
    Хотите добавить пару слов? Просто напишите их сюда.
button-no-comment = Нет, это всё

# Сводки
digest-day = ☀️ <b>Доброе утро! { $day }</b>
digest-day-none = Записей пока нет.
digest-gap = ▫️ { $from }–{ $to } · свободно
digest-more = … и ещё { $count }
digest-unanswered = ❓ { $count ->
        [one] Про { $count } визит я ещё не знаю, пришёл ли клиент.
        [few] Про { $count } визита я ещё не знаю, пришли ли клиенты.
        [many] Про { $count } визитов я ещё не знаю, пришли ли клиенты.
       *[other] Про { $count } визита я ещё не знаю, пришли ли клиенты.
    }
digest-week = 📊 <b>Ваша неделя, { $week }</b>
digest-span = { $from } – { $to }
digest-visits = Визиты: <b>{ $count }</b>{ $than }
digest-new-clients = Новые клиенты: <b>{ $count }</b>{ $than }
digest-no-shows = Не пришли: <b>{ $count }</b>{ $than }
digest-cancellations = Отмены: <b>{ $count }</b>{ $than }
digest-stars = Оценки: <b>{ $stars } ⭐</b>
chart-title = Неделя
chart-heading = Занято из рабочего времени
chart-load = { $booked } из { $working }
chart-visits = Визиты
chart-new-clients = Новые
chart-no-shows = Не пришли
chart-cancellations = Отмены
news = 📬 <b>{ $count ->
        [one] { $count } изменение
        [few] { $count } изменения
        [many] { $count } изменений
       *[other] { $count } изменения
    } в { $time }</b>
news-row = { $when } · { $master } · { $client }

# Лист ожидания
wait = 🔔 <b>Сообщить, когда освободится время?</b>
    { $services } · { $master }
    { $when }

    Отметьте удобные дни и часы. Когда время освободится, мы придержим его, чтобы вы успели решить.
wait-earlier = раньше, чем { $day }
wait-day = { $day }
wait-span = { $from } – { $to }
wait-any-time = 🕐 Любое время
button-tell-me = 🔔 Сообщить, если освободится
button-join = 🔔 Да, сообщите
button-waits = 🔔 Мой лист ожидания
button-leave-waitlist = ✖️ { $services } · { $day }
waits = <b>Ваш лист ожидания</b>
    Нажмите на строку, чтобы больше не ждать.
waits-none = <b>Ваш лист ожидания пуст.</b>
    Нажмите 🔔 в занятый день или в своей записи, и я сообщу, когда освободится время.

# Настройки
settings = <b>О чём и когда вам сообщать?</b>
    { $quiet }
    Ваше время: { $time } ({ $zone })
settings-quiet = 🌙 Тихие часы с { $from } до { $to }: тогда – только срочное.
settings-no-quiet = 🌙 Тихие часы не заданы.
settings-quiet-hours = 🌙 Тихие часы
button-no-quiet = Без тихих часов
button-settings = 🔔 Сообщения
button-zone = 🌍 Мой часовой пояс
zones = <b>Который у вас час?</b>
    Первым стоит время студии.
topic-reminders = Напоминания о визитах
topic-ratings = «Как всё прошло?»
topic-booked = Новые записи
topic-moved = Переносы
topic-cancelled = Отмены
topic-clients = Клиенты: опоздания, связь, оценки
topic-outcomes = «Клиент пришёл?»
topic-digests = Сводки

# Работа сотрудников
staff-cancel-ask = <b>Отменить эту запись?</b>
    Клиент сразу узнает и сможет выбрать другое время.
staff-client-late = 🏃 Опоздает на { $late }
staff-coming = ✅ Клиент подтвердил, что придёт
staff-unreachable = 📵 Не удалось сообщить, телефон { $phone }
staff-no-shows = 🚫 Раньше не приходил: { $count ->
        [one] { $count } раз
        [few] { $count } раза
        [many] { $count } раз
       *[other] { $count } раза
    }.
unanswered = <b>{ $count ->
        [one] { $count } визит окончен
        [few] { $count } визита окончены
        [many] { $count } визитов окончены
       *[other] { $count } визита окончены
    }: клиент пришёл?</b>
unanswered-none = <b>Обо всех визитах всё известно.</b> Спасибо!
button-unanswered = ❓ Отметить, кто пришёл
button-run-late = ⏰ Я задерживаюсь
run-late = <b>На сколько вы задерживаетесь?</b>
    Я покажу, кого это касается.
run-late-nobody = <b>Сообщать некому:</b> впереди нет записей, которых это касается.
run-late-touched = <b>Эти визиты начнутся позже.</b> Каждый клиент сможет бесплатно перенести или отменить запись.
run-late-row = { $from } → около { $to } · { $client }
run-late-admin = Сообщить о задержке может только сам мастер. Попросите его нажать эту кнопку или позвоните клиентам.
button-tell-late = 📣 Сообщить: { $count ->
        [one] { $count } клиенту
        [few] { $count } клиентам
        [many] { $count } клиентам
       *[other] { $count } клиентам
    }
status-requested = <b>⏳ Ждёт подтверждения студии</b>
status-came-late = <b>Визит состоялся, с опозданием</b>
status-cancelled-studio = <b>❌ Отменено студией</b>
status-declined = <b>❌ Студия не смогла подтвердить запись</b>
outbox = <b>📤 Сообщения</b>
    пора отправить: { $due }, на потом: { $later }
    за сутки: отправлено { $sent }, устарело { $skipped }, удалено { $dropped }, не дошло { $unreachable }
    <b>не удалось отправить: { $parked }</b>
button-outbox = 📤 Сообщения
button-retry = 🔁 Отправить все
button-drop = 🗑 Удалить все
jobs = <b>⚙️ Задачи</b>
jobs-row = <code>{ $name }</code> · { $when } · { $took } мс
jobs-never = ещё ни разу
jobs-done = последняя работа: { $count }, { $when }
button-jobs = ⚙️ Задачи
button-refresh = 🔄 Обновить
help-admin = <b>Для администратора</b>
    /ledger – где деньги, и таблица за месяц
    /backup – сделать резервную копию; /backups – последние копии
    /outbox – сообщения, которые ждут или не отправились
    /jobs – что работает само и как идут дела

notice-admin-only = Это для администратора. /help покажет, что можете вы.
notice-see-you = До встречи!
notice-late-noted = Передано. Берегите себя в пути!
notice-thanks = Спасибо!
notice-comment-too-long = Спасибо! Но это слишком длинно: уложитесь, пожалуйста, в 1000 знаков.
notice-offer-declined = Хорошо. Вы остаётесь в листе ожидания.
notice-offer-over = Это предложение закончилось, но вы остаётесь в листе ожидания.
notice-time-taken = Это время только что заняли. Выберите, пожалуйста, другое.
notice-waiting = Готово! Сообщу, как только освободится время.
notice-too-many-places = Вы уже ждёте пять раз. Сначала уберите что-нибудь из листа ожидания.
notice-left-waitlist = Вы больше этого не ждёте.
notice-setting-kept = Запомнил.
notice-attendance-kept = Записано, спасибо.
notice-too-early = Этот визит ещё не начался.
notice-too-late = Это уже невозможно.
notice-studio-cancelled = Запись отменена, клиенту сообщаем.
notice-delay-told = Сообщаем клиентам.
notice-nobody-to-tell = Сообщать уже некому.
notice-requested = Почти готово! Осталось подтверждение студии, я сразу сообщу.
notice-one-request = Студия подтверждает ваши визиты по одному. Дождитесь её ответа или запишитесь на один визит.
notice-approved = Подтверждено. Сообщаем клиенту.
notice-refused = Отказано. Сообщаем клиенту.
notice-request-over = Этот запрос уже закрыт.
notice-outbox-done = Готово.
command-waitlist = Мой лист ожидания
command-notifications = О чём и когда мне сообщать
command-late = Я задерживаюсь
command-outbox = Сообщения в очереди
command-jobs = Что работает само

# Деньги
summary-deposit = 💳 Чтобы записаться, нужно внести { $amount }.
summary-deposit-new = 💳 Это ваш первый визит, поэтому нужно внести { $amount }.
summary-deposit-flagged = 💳 Вы пропускали визиты, поэтому нужно внести { $amount }.
summary-pay = 💳 Внести { $amount } и записаться
summary-awaiting = <b>Время закреплено за вами</b>

    { $items }
    👤 { $master }
    📍 { $place }
    🗓 <b>{ $day }, { $from }–{ $to }</b> ({ $zone })

    💳 Оплатите <b>{ $amount }</b> по счёту ниже до <b>{ $until }</b>, и визит ваш.
    Если уйти с этого экрана, время освободится, а деньги не спишутся.
status-awaiting-payment = <b>💳 Ждём вашей оплаты</b>
visit-paid = 💳 Оплачено: { $amount }
visit-fee = 💳 Удержано: { $amount }
visit-refund = 💳 Вернём вам { $amount }.
cancel-fee = 💳 Внесённые { $amount } не возвращаются.
cancel-refund = 💳 Мы вернём вам { $amount }.
cancel-refund-by-hand = 💳 Мы вернём вам { $amount } в течение нескольких дней.
invoice-title = Предоплата за визит
invoice-title-full = Оплата визита
invoice-description = { $services } · { $master }, { $when }. Срок оплаты: { $until }.
checkout-not-yours = Этот счёт выставлен не вам. Запишитесь в этом боте сами, и у вас будет свой.
checkout-paid = Это уже оплачено. Дважды мы не списываем.
checkout-over = Этот счёт больше не действует, деньги не списаны. Выберите ещё раз.
checkout-unknown = Этот счёт больше не действует, деньги не списаны. Начните заново: /book.
checkout-later = Сейчас принять оплату не получается, деньги не списаны. Попробуйте через минуту.
letter-approved-pay = ✅ <b>Одобрено. Срок оплаты: { $until }</b>
letter-payment-over = ⌛ <b>Оплата не пришла вовремя, поэтому запись не сделана</b>
letter-refunded = ↩️ <b>Мы вернули вам { $amount }.</b>{ $about }
letter-refund-due = ↩️ <b>Мы вернём вам { $amount } в течение нескольких дней.</b>{ $about }
    От вас ничего не требуется.
refund-about = { "" }
    { $services }, { $when }
letter-refund-task = ↩️ <b>Нужно вернуть { $amount }</b>
    { $reason }
    { $who }

    Платёж: <code>{ $charge }</code>
    У провайдера: <code>{ $provider }</code>
refund-reason-cancelled = Визит отменён вовремя.
refund-reason-late = Деньги пришли, когда время было уже занято.
refund-reason-duplicate = Одно и то же оплачено дважды.
refund-reason-part = Визит отменён поздно, это то, что не удерживается.
refund-reason-mismatch = Это не то, что мы просили оплатить. Сначала проверьте.
refund-reason-unknown = Неизвестно, за что это. Сначала проверьте.
refund-visit = 👤 { $client }, { $when }
refund-stranger = 👤 Telegram id { $person }
button-refund-done = ✅ Возвращено
button-refund-stars = ↩️ Вернуть сейчас
notice-please-pay = Оплатите, пожалуйста, по счёту ниже.
notice-cannot-pay = Принять оплату сейчас не получается. Позвоните нам, пожалуйста.
notice-money-back = Спасибо, но время уже занято. Мы вернём вам деньги.
notice-money-unclear = Ваш платёж пришёл, мы выясняем, за что он. Ничего не пропадёт.
notice-refund-kept = Записал и сообщил клиенту.
notice-refund-over = С этим уже разобрались.

# Платежи и учёт
terms-of-payment = <b>Правила оплаты</b>
    • Вы платите студии, к которой записываетесь, за то, что указано в счёте. Telegram и платёжный провайдер только передают деньги.
    • Время ваше, как только оплата пришла. Если визит уже невозможен, деньги вернутся.
    • Отмените вовремя, и мы вернём внесённое: Stars сразу, остальное за несколько дней. Срок указан в каждой записи.
    • При неявке деньги не возвращаются, при поздней отмене удерживается хотя бы часть: сколько, видно до отмены. Если отменяет студия, возвращаются всегда.
    • Оплаченное сертификатом возвращается на сертификат. Если Stars нельзя вернуть частично, остаток станет сертификатом. Сертификат действует до своей даты.
    • Telegram не помогает с платежами этому боту. /paysupport покажет ваши платежи и к кому обратиться.
pay-support = <b>Ваши платежи</b>
    Что-то не так? Напишите студии, к которой вы записывались, и назовите номер платежа. Поддержка Telegram с платежами этому боту не поможет.
payments-none = Вы здесь ещё ничего не оплачивали.
payment-row = { $when }: <b>{ $amount }</b> – { $state }
          <code>{ $charge }</code>
payment-taken = оплачено
payment-going-back = возвращается вам
payment-back = возвращено вам
ledger = <b>Где деньги</b>
ledger-none = Движений ещё не было.
ledger-row = { $account }: <b>{ $amount }</b>
ledger-due = ↩️ { $count ->
        [one] Осталось вернуть { $count } платёж.
        [few] Осталось вернуть { $count } платежа.
       *[many] Осталось вернуть { $count } платежей.
    }
ledger-caption = { $month }: { $count ->
        [one] { $count } движение
        [few] { $count } движения
       *[many] { $count } движений
    }
ledger-to = Куда (дебет)
ledger-from = Откуда (кредит)
button-ledger-file = 📎 { $month } таблицей
account-stars = Stars в Telegram
account-provider = У провайдера
account-cash = Наличные
account-card = Терминал
account-deposits = Оплачено за будущие визиты
account-refunds = К возврату
account-unknown = Неизвестно чьё
account-sales = Заработано
account-fees = Удержано за пропуски и старые сертификаты
command-terms = Правила оплаты
command-paysupport = Мои платежи
command-ledger = Где деньги
button-refund-tasks = ↩️ Показать, что вернуть
account-tips = Чаевые
button-tip = 💝 { $amount }
tip-ask = Хотите оставить чаевые?
button-cash = 💶 { $amount } наличными
button-card = 💳 { $amount } картой
button-desk-undo = ↩️ Всё-таки не оплачено
staff-refund = 💳 { $amount } вернётся клиенту.
staff-cash = 💶 Наличными: { $amount }
staff-card = 💳 Картой: { $amount }
invoice-title-tip = Чаевые: { $master }
invoice-description-tip = { $services }, { $when }. Спасибо!
letter-tip = 💝 <b>{ $client } благодарит вас: { $amount }</b>
    { $services }, { $day }
notice-tip-asked = Как приятно! Счёт придёт ниже.
notice-tipped = Большое спасибо! Мы всё передадим.
notice-desk-kept = Записал.
letter-books = ⚠️ <b>В учёте расхождение</b>
    Ничего не пропало: каждый платёж записан. Покажите это тому, кто обслуживает бота.
books-nobody = • платёж { $payment } ни за что не засчитан и не возвращается
books-booking = • визит { $booking }: в учёте другая сумма
books-owed = • { $currency }: к возврату в учёте другая сумма
button-ledger = 💰 Где деньги
summary-deposit-later = 💳 Когда мы подтвердим, нужно будет внести { $amount }.

# Сертификаты и промокоды
command-vouchers = Мои сертификаты и абонементы
button-vouchers = 🎁 Сертификаты
vouchers = <b>Ваши сертификаты</b>
vouchers-none = Пока ни одного.
vouchers-gifts = <b>Подарки, которые ещё не открыли</b>
vouchers-buy = Можно купить:
vouchers-row = { $name } · { $price }
voucher-name = Сертификат
voucher-visits = 🎟 { $name }: осталось <b>{ $left } из { $all }</b>, до { $until }
voucher-amount = 🎟 { $name }: осталось <b>{ $left }</b>, до { $until }
voucher-type-visits = <b>{ $name }</b>

    { $service }: { $count ->
        [one] { $count } визит
        [few] { $count } визита
        [many] { $count } визитов
       *[other] { $count } визита
    }
    💳 <b>{ $price }</b>, один визит – { $each }
    ⏳ Срок действия после оплаты, дней: { $days }

    Для кого?
voucher-type-amount = <b>{ $name }</b>

    💳 <b>{ $price }</b> на любые визиты
    ⏳ Срок действия после оплаты, дней: { $days }

    Для кого?
button-buy-own = 🙋 Для меня
button-buy-gift = 🎁 В подарок
invoice-title-voucher = Сертификат
invoice-title-gift = Подарочный сертификат
invoice-description-voucher = { $name }. Срок действия после оплаты, дней: { $days }.
notice-voucher-asked = Счёт придёт ниже.
notice-voucher-bought = Спасибо! Сертификат в этом чате.
notice-gift-sent = Вот он ещё раз. Перешлите это сообщение.
notice-paid-twice = Это уже оплачено, поэтому этот платёж вернётся вам.
button-send-gift = 🎁 Показать, чтобы переслать: { $name }
payment-row-part = { $when }: <b>{ $amount }</b>, из них { $back } – { $state }
          <code>{ $charge }</code>
notice-voucher-over = Этим сертификатом этот визит уже не оплатить.
notice-voucher-instead = Готово! Сертификат в этом чате.
notice-not-sold = Это больше не продаётся.
notice-gift-taken = 🎁 Подарок ваш!
notice-gift-over = Этот подарок уже открыт, или его срок вышел.
letter-voucher = <b>Ваш сертификат</b>
    { $voucher }

    Просто запишитесь: на последнем шаге им можно оплатить визит.
letter-gift = 🎁 <b>Подарок для вас</b>
    { $voucher }

    Он достанется тому, кто первым откроет ссылку: { $link }
letter-gift-taken = 🎁 <b>Ваш подарок открыт</b>
    { $name }
letter-refund-over = ↩️ <b>Возвращать { $amount } не нужно</b>
    Клиент взял сертификат, делать больше ничего не надо.
    Платёж { $charge }, у провайдера { $provider }
button-rather-voucher = 🎟 Лучше сразу сертификат
button-redeem-visit = 🎟 Списать визит: { $name }
button-redeem-amount = 🎟 Оплатить сертификатом { $amount }: { $name }
button-code = 🏷 У меня есть промокод
code-ask = <b>Какой у вас промокод?</b>
    Напишите его мне, и визит станет дешевле.
visit-code = 🏷 С промокодом { $code }: <b>{ $price }</b> вместо { $full }
visit-voucher = 🎟 Оплачено визитом из абонемента
visit-voucher-amount = 🎟 Оплачено сертификатом: { $amount }
visit-voucher-used = 🎟 Визит из абонемента списан.
visit-voucher-back = 🎟 Вернулось на сертификат.
visit-fee-part = 💳 Удержано: { $kept }, возвращается { $rest }.
visit-fee-part-voucher = 💳 Удержано: { $kept }, { $rest } – на сертификате.
summary-voucher-short = 🎟 На сертификате осталось { $left }: это меньше, чем нужно внести.
cancel-voucher = 🎟 Всё вернётся на ваш сертификат.
cancel-voucher-used = 🎟 Визит из абонемента будет списан.
cancel-fee-part = 💳 Удержим { $kept }, а { $rest } вернём вам в течение нескольких дней.
cancel-fee-part-voucher = 💳 Удержим { $kept }, а { $rest } будет на вашем сертификате.
notice-one-code = На один визит – один промокод, и он уже есть.
notice-no-such-code = Не знаю такого промокода. Проверьте и напишите ещё раз.
notice-code-used = Готово: визит стал дешевле.
notice-code-too-early = Этот промокод ещё не действует.
notice-code-too-late = Этот промокод уже не действует.
notice-code-used-up = Этот промокод уже использовали слишком много раз.
notice-code-used-by-you = Вы уже использовали этот промокод.
notice-code-not-for-you = Этот промокод для других гостей.
payment-voucher = вы взяли сертификат
account-vouchers = Оплачено за сертификаты
books-vouchers = • { $currency }: в учёте другая сумма по всем сертификатам
books-voucher = • сертификат { $voucher }: в учёте другая сумма

# Резервные копии
command-backup = Сделать резервную копию
command-backups = Последние копии
backups = <b>Резервные копии</b>
backups-off = Их нет: BACKUP_PASSPHRASE не задан. Обратитесь к тому, кто ведёт бота.
backups-none = Пока ни одной. Первая придёт сама.
backups-keep = Храните несколько: каждую можно прочитать только с паролем, а вернёт её <code>vizit restore</code>.
backup-row-asked = ⏳ { $when }: сейчас начнётся
backup-row-running = ⏳ { $when }: идёт с { $since }
backup-row-done = ✅ { $when }: { $size }, { $parts ->
        [one] { $parts } часть
        [few] { $parts } части
        [many] { $parts } частей
       *[other] { $parts } части
    }, { $proof }
backup-row-failed = ❌ { $when }: { $error }
backup-proven = восстановлена и сверена
backup-unproven = не проверена восстановлением
button-backup = 💾 Сделать копию
button-backups = 💾 Последние копии
button-look-again = 🔄 Обновить
button-find-backup = 🔎 { $when }
backup-reading = 💾 Копия записывается …
backup-proving = 🔍 Восстанавливаю и сверяю …
backup-sending = 📤 Отправляю часть { $part } из { $of } …
backup-here = ✅ Копия здесь.
backup-found = ⬆️ Копия: { $when }
backup-part = Часть { $number } из { $of }, sha256 <code>{ $sha }</code>
backup-caption = 💾 <b>{ $proof }</b>
    База { $database }, копия { $size }, Vizit { $version }, { $seconds } с
    Целиком: sha256 <code>{ $sha }</code>
backup-rows = Строк: { $rows }
backup-caption-proven = Резервная копия, восстановлена и сверена
backup-caption-unproven = Резервная копия, проверить восстановлением не удалось: { $reason }
letter-backup-failed = ❌ <b>Копии нет: { $when }</b>
    { $error }
letter-backup-late = ⚠️ <b>Последняя исправная копия слишком старая</b>
    Она сделана { $when }. Посмотрите, в чём дело, и сделайте новую.
letter-backup-never = ⚠️ <b>Исправной копии ещё нет</b>
    Посмотрите, в чём дело, и сделайте её.
notice-backup-asked = Сейчас начнётся, копия придёт в этот чат.
notice-backup-running = Одна копия уже делается.
notice-no-backups = Копий здесь нет: BACKUP_PASSPHRASE не задан.
# Выгрузка таблиц
command-export = Визиты, клиенты или платежи таблицей
notice-say-days = Нужны первый и последний день: /export 2026-11-01 2026-11-30
export = <b>Выгрузка таблицы</b>
    📄 <b>{ $what }</b>
    🗓 { $days }
    👤 { $whose }
    ☑️ { $how }

    Другие дни можно написать: /export 2026-11-01 2026-11-30
export-days = { $first } – { $last }
export-own = Только мои
export-everyone = Все мастера
export-visits = Визиты
export-clients = Клиенты
export-payments = Платежи
export-this-month = Этот месяц
export-last-month = Прошлый месяц
export-this-year = Этот год
export-twelve-months = 12 месяцев
export-all = За всё время
export-any = С любым исходом
export-took-place = Состоялись
export-missed = Пропущены
export-cancelled = Отменены
export-comments = С отзывами
button-export = 📎 Выгрузить
export-caption = { $what }: { $count ->
        [one] { $count } строка
        [few] { $count } строки
       *[many] { $count } строк
    }
export-caption-part = { $what }, часть { $part } из { $parts }. Соедините части по порядку и откройте как один архив.
export-busy = Предыдущая таблица ещё в пути. Дождитесь её, пожалуйста.
export-failed = С таблицей что-то пошло не так. Если она не пришла, нажмите «Выгрузить» ещё раз.
column-number = №
column-visit = Визит
column-start = Начало
column-minutes = Минут
column-location = Место
column-master = Мастер
column-services = Услуги
column-client = Клиент
column-phone = Телефон
column-status = Статус
column-booked = Когда записан
column-price = Цена
column-discount = Скидка
column-code = Промокод
column-deposit = Предоплата
column-deposit-way = Способ предоплаты
column-voucher = Оплачено сертификатом
column-money = Где деньги
column-desk = Оплачено на месте
column-desk-way = Способ оплаты на месте
column-currency = Валюта
column-rating = Оценка
column-comment = Отзыв
column-language = Язык
column-since = Клиент с
column-regard = Отметка
column-visits = Визитов
column-took-place = Состоялось
column-missed = Пропущено
column-cancelled = Отменено
column-first = Первый визит
column-last = Последний визит
column-at = Время
column-direction = Направление
column-way = Как
column-about = За что
column-amount = Сумма
column-charge = Платёж
column-provider-charge = У провайдера
cell-booked = Запланирован
cell-took-place = Состоялся
cell-missed = Пропущен
cell-cancelled = Отменён
cell-cancelled-late = Отменён поздно
cell-cancelled-studio = Отменён студией
cell-flagged = Под вопросом
cell-blocked = Закрыта запись
cell-in = Приход
cell-out = Расход

# Что хранится о человеке
command-mydata = Что обо мне хранится
button-mydata = 📎 Показать всё
own-data-caption = Всё, что о вас хранится: чтобы прочитать.
own-data-caption-json = То же и всё остальное, как оно хранится.
own-data-head = Что о вас хранится: { $day }
own-data-name = Имя: { $name }
own-data-phone = Телефон: { $phone }
own-data-language = Язык: { $language }
own-data-consent = Согласие: { $at }
own-data-visits = Записи
own-data-visit = • { $day }, { $from }: { $what } – { $status }
own-data-payments = Платежи
own-data-vouchers = Сертификаты
own-data-none = нет
own-data-rest = В другом файле всё так, как оно хранится: настройки, каждое изменение записи, листы ожидания и сообщения последних дней.
own-data-views = Кто из сотрудников смотрел ваши данные
own-data-view = • { $day }, { $at }: { $who }
own-data-view-table = • { $day }, { $at }: { $who }, в таблице среди других
own-data-management = управляющие

# Удаление данных
command-forget = Удалить всё обо мне
button-forget = 🗑 Удалить всё
button-really-forget = 🗑 Да, забудьте меня
button-keep-data = ↩️ Оставить мои данные
forget-ask = <b>Забыть вас?</b>
    Я удалю ваше имя, язык и телефон, ваши комментарии, настройки и места в листе ожидания, а также всю переписку, которую храню. Визиты останутся цифрами без имени. { $years ->
        [0] От платежей останутся только суммы.
        [one] Кто и что оплатил, хранится { $years } год, как требует закон, и потом удаляется.
        [few] Кто и что оплатил, хранится { $years } года, как требует закон, и потом удаляется.
       *[other] Кто и что оплатил, хранится { $years } лет, как требует закон, и потом удаляется.
    }
forget-visits = ❌ { $count ->
        [one] Ваша предстоящая запись будет отменена.
       *[other] Все ваши предстоящие записи ({ $count }) будут отменены.
    } Оплаченное вернётся так же, как при отмене сейчас; что вернулось бы на сертификат, сгорит.
forget-vouchers = ❌ Остаток сертификатов сгорит. Купленные подарки останутся у тех, у кого есть ссылка, сохраните её.
forget-marked = Отметка студии о том, что запись для вас ограничена, хранится ещё год, только с номером вашего аккаунта Telegram.
forget-cooling = Это произойдёт через 24 часа, до тех пор можно передумать. Сделанные раньше резервные копии не меняются, но при восстановлении из них вы будете забыты снова.
forget-pending = <b>Всё о вас будет удалено { $when }.</b>
    До тех пор можно передумать. А потом мы будем рады вам как новому гостю.
forget-staff = <b>Вы сотрудник студии.</b>
    Пока это так, удалить вашу работу для других нельзя. Сначала попросите убрать вас из каталога.
notice-data-kept = Рады, что вы остаётесь! Ничего не удалено.
letter-erasure-asked = 🗑 <b>Клиент хочет, чтобы его забыли</b>
    Всё о нём будет удалено { $when }, предстоящее отменится. До тех пор видно, кто это. Пожалуйста, удалите к этому времени и свои заметки о нём.
letter-erasure-asked-unseen = 🗑 <b>Клиент хочет, чтобы его забыли</b>
    Всё о нём будет удалено { $when }. Он у вас не был.
letter-erasure-withdrawn = ↩️ <b>Клиент, который хотел быть забыт, остаётся</b>
letter-erasure-done = 🗑 <b>Клиент { $code } забыт</b>
    В прежних резервных копиях он ещё есть. При восстановлении в пустую базу добавьте <code>--forget { $code }</code>; поверх этой всё произойдёт само. Храните это сообщение столько же, сколько такие копии.
letter-forgotten = 👋 <b>Вы забыты.</b>
    О вас больше ничего не хранится, кроме того, кто и что оплатил, пока этого требует закон, и на год отметки студии, если она была. Чтобы стереть и этот чат, удалите его в Telegram. Захотите вернуться: /start
