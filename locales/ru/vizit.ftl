# Приветствие и согласие
welcome = <b>Здравствуйте!</b>
    Здесь можно записаться за минуту: выберите услугу, мастера и время.

    Чтобы вести ваши записи, я храню ваше имя в Telegram, язык, сами записи и их отмены, а также номер телефона, если вы им поделитесь. Видят это только те, к кому вы записываетесь.
welcome-agree = ✅ Принимаю, начнём
button-privacy = 🔒 Мои данные

# Телефон
phone = <b>Можно вам позвонить?</b>
    Если планы изменятся, звонок быстрее всего. Поделитесь номером кнопкой ниже или пропустите: записаться можно и без него.
phone-share = 📱 Поделиться номером
phone-skip = Пропустить

# Главная
home = <b>Чем могу помочь?</b>
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
    Дни со свободным временем показаны числом.
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
    Время держим за вами до <b>{ $until }</b>. Подтвердите, чтобы записаться.
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
    /language – выбрать язык
    /privacy – что о вас хранится
help-staff = <b>Для сотрудников</b>
    /today – записи на сегодня
    /day 2026-12-01 – записи на этот день
    /block 2026-12-01 14:00-16:00 – закрыть время для записи
    /why 2026-12-01 15:00 – почему время предлагается или нет
privacy = <b>Что о вас хранится</b>
    Ваше имя в Telegram и язык, номер телефона, если вы им поделились, и ваши записи, в том числе что и когда вы отменили. Сотрудники могут отметить, что кому-то запись ограничена или закрыта. Это нужно только для ваших визитов. Мастер, к которому вы записаны, видит ваше имя, телефон и запись.

    Чтобы изменить или удалить данные, скажите об этом вашему мастеру.
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
