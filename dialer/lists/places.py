"""Regions and large cities with their time zones: Russia's subjects and its larger cities, the states of the USA.

Data, kept small on purpose: where a place is not here, the number's own prefix decides (``zones``). A place that
spans several zones, and a city name that exists in several, has all of them, joined by ``|``.
Names are in lower case without hyphens, ``ё`` written ``е``, without the words for region, city and the like.
Source of the zones: the IANA time zone database, ``zone.tab``.
"""

from __future__ import annotations

RUSSIAN = {
    "Europe/Kaliningrad": "калининградская, калининград",
    "Europe/Moscow": (
        "москва, московская, подмосковье, мск, санкт петербург, спб, питер, ленинградская, адыгея, майкоп, "
        "архангельская, архангельск, северодвинск, белгородская, белгород, старый оскол, брянская, брянск, "
        "владимирская, владимир, вологодская, вологда, череповец, воронежская, воронеж, дагестан, махачкала, "
        "ивановская, иваново, ингушетия, магас, назрань, кабардино балкарская, кабардино балкария, нальчик, "
        "калмыкия, элиста, калужская, калуга, обнинск, карачаево черкесская, карачаево черкесия, черкесск, "
        "карелия, петрозаводск, коми, сыктывкар, ухта, костромская, кострома, краснодарский, краснодар, "
        "кубань, сочи, новороссийск, крым, севастополь, симферополь, керчь, курская, курск, липецкая, липецк, "
        "мордовия, саранск, мурманская, мурманск, ненецкий, нижегородская, нижний новгород, дзержинск, "
        "арзамас, новгородская, великий новгород, орловская, орел, пензенская, пенза, псковская, псков, "
        "ростовская, ростов, ростов на дону, таганрог, шахты, волгодонск, рязанская, рязань, северная осетия, "
        "осетия, владикавказ, смоленская, смоленск, ставропольский, ставрополь, пятигорск, тамбовская, "
        "тамбов, татарстан, казань, набережные челны, нижнекамск, альметьевск, тверская, тверь, тульская, "
        "тула, чеченская, чечня, грозный, чувашская, чувашия, чебоксары, марий эл, йошкар ола, ярославская, "
        "ярославль, рыбинск, химки, балашиха, подольск, мытищи, королев, люберцы, донецкая, днр, донецк, "
        "луганская, лнр, луганск, мариуполь, запорожская, мелитополь, херсонская"
    ),
    "Europe/Volgograd": "волгоградская, волгоград, волжский",
    "Europe/Kirov": "кировская, киров",
    "Europe/Astrakhan": "астраханская, астрахань",
    "Europe/Saratov": "саратовская, саратов, энгельс, балаково",
    "Europe/Ulyanovsk": "ульяновская, ульяновск, димитровград",
    "Europe/Samara": "самарская, самара, тольятти, сызрань, удмуртская, удмуртия, ижевск",
    "Asia/Yekaterinburg": (
        "башкортостан, башкирия, уфа, стерлитамак, салават, нефтекамск, курганская, курган, оренбургская, "
        "оренбург, орск, пермский, пермь, березники, свердловская, екатеринбург, нижний тагил, каменск "
        "уральский, тюменская, тюмень, тобольск, ханты мансийский, ханты мансийск, хмао, югра, сургут, "
        "нижневартовск, ямало ненецкий, янао, новый уренгой, ноябрьск, салехард, челябинская, челябинск, "
        "магнитогорск, златоуст, миасс"
    ),
    "Asia/Omsk": "омская, омск",
    "Asia/Novosibirsk": "новосибирская, новосибирск, бердск",
    "Asia/Barnaul": "алтайский, барнаул, бийск, рубцовск, горно алтайск, алтай",
    "Asia/Tomsk": "томская, томск, северск",
    "Asia/Novokuznetsk": "кемеровская, кемерово, кузбасс, новокузнецк, прокопьевск",
    "Asia/Krasnoyarsk": "красноярский, красноярск, норильск, ачинск, хакасия, абакан, тыва, тува, кызыл",
    "Asia/Irkutsk": "иркутская, иркутск, братск, ангарск, усть илимск, бурятия, улан удэ",
    "Asia/Chita": "забайкальский, забайкалье, чита",
    "Asia/Yakutsk": "якутск, амурская",
    "Asia/Vladivostok": (
        "приморский, приморье, владивосток, уссурийск, находка, артем, хабаровский, хабаровск, комсомольск на "
        "амуре, еврейская, биробиджан"
    ),
    "Asia/Magadan": "магаданская, магадан",
    "Asia/Sakhalin": "сахалинская, сахалин, южно сахалинск",
    "Asia/Kamchatka": "камчатский, камчатка, петропавловск камчатский",
    "Asia/Anadyr": "чукотский, чукотка, анадырь",
    "Asia/Srednekolymsk|Asia/Vladivostok|Asia/Yakutsk": "саха, якутия",
    "Asia/Yakutsk|Asia/Yekaterinburg": "благовещенск",
}

LATIN = {
    "Europe/Moscow": (
        "moscow, saint petersburg, st petersburg, kazan, nizhny novgorod, rostov on don, krasnodar, voronezh, sochi"
    ),
    "Europe/Samara": "samara, togliatti, izhevsk",
    "Europe/Volgograd": "volgograd",
    "Europe/Saratov": "saratov",
    "Europe/Kaliningrad": "kaliningrad",
    "Asia/Yekaterinburg": "yekaterinburg, ekaterinburg, chelyabinsk, perm, ufa, tyumen",
    "Asia/Omsk": "omsk",
    "Asia/Novosibirsk": "novosibirsk",
    "Asia/Krasnoyarsk": "krasnoyarsk",
    "Asia/Irkutsk": "irkutsk",
    "Asia/Vladivostok": "vladivostok, khabarovsk",
    "America/New_York": (
        "connecticut, ct, delaware, de, district of columbia, dc, georgia, ga, maine, me, maryland, md, "
        "massachusetts, ma, new hampshire, nh, new jersey, nj, new york, ny, north carolina, nc, ohio, oh, "
        "pennsylvania, pa, rhode island, ri, south carolina, sc, vermont, vt, virginia, va, west virginia, "
        "wv, boston, philadelphia, atlanta, miami, new york city, nyc, washington dc"
    ),
    "America/Chicago": (
        "alabama, al, arkansas, ar, illinois, il, iowa, ia, louisiana, la, minnesota, mn, mississippi, ms, "
        "missouri, mo, oklahoma, ok, wisconsin, wi, chicago, houston, dallas, austin, san antonio, saint "
        "louis, minneapolis"
    ),
    "America/Denver": "colorado, co, montana, mt, new mexico, nm, utah, ut, wyoming, wy, denver, salt lake city",
    "America/Phoenix|America/Denver": "arizona, az",
    "America/Phoenix": "phoenix, tucson",
    "America/Los_Angeles": (
        "california, ca, washington, wa, nevada, nv, los angeles, san francisco, san diego, san jose, "
        "seattle, las vegas"
    ),
    "America/Los_Angeles|America/Denver": "oregon, or, idaho, id",
    "America/Chicago|America/New_York": "florida, fl, indiana, in, kentucky, ky, michigan, mi, tennessee, tn",
    "America/Chicago|America/Denver": "kansas, ks, nebraska, ne, north dakota, nd, south dakota, sd, texas, tx",
    "America/Anchorage|America/Adak": "alaska, ak",
    "Pacific/Honolulu": "hawaii, hi, honolulu",
}


def table() -> dict[str, frozenset[str]]:
    """Every place name with its set of zone names."""
    return {
        name: frozenset(zones.split("|"))
        for data in (LATIN, RUSSIAN)
        for zones, names in data.items()
        for name in names.split(", ")
    }
