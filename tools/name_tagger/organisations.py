"""Names of firms, offices and clubs made up from parts."""

SYLLABLES = ("tech data soft med health cloud net code pixel green blue sky star nova hyper quant graph logi "
             "vita bio geo smart open metric stream spark zen orbit lumen delta alpha info web mind scan map "
             "fin pay cred est city auto home food farm build craft work job learn edu art play sport "
             "agri aqua axi cen chem civ clear core cyber digi dyna eco effi ener equi evo flex flow fort "
             "gen glo grid helio immo inno inter iso kin labo lexi lin lux macro max mer mono multi neo nex "
             "omni opti pan para penta phar pin plan poly pre prim pro pulse quad radi rapid rea sol spec "
             "swift syn tele terra tra trans tri trust ultra uni urba val vec veri vio vis volt xen").split()
ENDS = ("ly ify io ics ware base hub lab works wise point mind stat scape dex ta ra ent tec one line path x on is us ix "
        "ia eo ova era ant ance ent ity ist ful loop nest box kit pad desk dash flow gen ium ora igo ado arc").split()
KINDS = ("Systems Software Analytics Technologies Partners Group Media Solutions Labs Networks Energy Capital "
         "Bank Foods Records Motors Health Consulting Research Airlines Insurance Logistics Design University "
         "Hospital Institute Foundation Associates Ventures Holdings Industries Interactive Information Services "
         "Medical Mobile Digital Studios Pictures Press Times Post Weekly Magazine Radio Express Supply Store Stores "
         "Market Markets Mart Electric Electronics Steel Oil Gas Power Water Railways Shipping Freight Trust Fund "
         "Financial Finance Credit Exchange Securities Advisors Management Realty Properties Homes Builders "
         "Construction Engineering Robotics Biotech Pharma Laboratories Clinic Academy College School Council "
         "Agency Authority Union Club Society Association Federation League Orchestra Theatre Museum Gallery Hotel "
         "Hotels Resorts Restaurant Cafe Bakery Brewery Coffee Wines Farms Gardens Outfitters Clothing Fashion "
         "Shoes Toys Games Sports Fitness Travel Tours Cars Auto Garage Parts Tools Plumbing Security").split()
LEGAL = ("Inc Inc. Ltd Ltd. LLC GmbH AG Corp. Corporation Co. PLC S.A. NV AS Oy Company SpA LLP Limited Pty S.r.l. A/S "
         "ApS AB BV B.V. S.L. Kft. KG").split()
PLAIN = ("Round Square Second First Third Big Little Bright Silver Golden Iron Stone River Lake Harbor Summit Ridge Maple "
         "Cedar Oak Willow Eagle Falcon Fox Lion Bear Wolf Raven Phoenix Lighthouse Anchor Compass Bridge Tower Castle "
         "Crown Royal Imperial National General United Global Universal American European Pacific Atlantic Northern "
         "Western Central Capital Metro Urban Rural Civic Public Common Perfect Simple Honest Happy Lucky Magic Wonder "
         "Candid Curious Clever Quick Rapid Early Daily Morning Evening Midnight Sunset Rainbow Thunder Copper Amber "
         "Crystal Diamond Pearl Velvet Cotton Paper Pencil Button Basket Ladder Window Kitchen Garden Family Junction "
         "Citizen People Neighbor Consumer Patient Farmer Student Teacher Market Ocean Forest Mountain Valley").split()


def name(values, place):
    rng = values.rng
    pick = rng.choice
    last = lambda: pick(pick(values.locales)["last"])
    coined = lambda: (pick(SYLLABLES) + pick(SYLLABLES + ENDS)).capitalize()
    camel = lambda: pick(SYLLABLES).capitalize() + pick(SYLLABLES + ENDS).capitalize()
    kind = rng.random()
    if kind < 0.1:
        return pick(values.orgs)
    if kind < 0.32:
        text = coined()
    elif kind < 0.44:
        text = camel()
    elif kind < 0.52:
        text = last()
    elif kind < 0.58:
        text = "".join(rng.choices("ABCDEFGHIJKLMNOPRSTUVW", k=rng.randint(2, 5)))
    elif kind < 0.7:
        text = pick((pick(SYLLABLES).capitalize(), pick(PLAIN))) + " " + pick(KINDS + PLAIN)
    elif kind < 0.76:
        text = f"{last()}{pick((' & ', ' and ', '-', ', '))}{last()}"
    elif kind < 0.83:
        city = values.value("city", place)
        text = pick((f"Bank of {city}", f"University of {city}", f"{city} {pick(KINDS)}", f"The {city} {pick(KINDS)}",
                     f"{pick(KINDS)} of {city}", f"{city} City Council", f"{city} United", f"FC {city}"))
    elif kind < 0.88:
        text = f"The {pick(PLAIN)} {pick(PLAIN + KINDS)}"
    elif kind < 0.91:
        text = (coined() if rng.random() < 0.5 else pick(PLAIN).lower()) + pick((".com", ".io", ".org", ".ai", ".net", ".co"))
    elif kind < 0.94:
        text = f"{rng.randint(2, 360)} {pick(PLAIN)} {pick(KINDS)}" if rng.random() < 0.5 else f"{rng.randint(2, 99)}{camel()}"
    else:
        text = f"{pick(PLAIN)} {pick(('of', 'for', '&', 'and', 'by'))} {pick(PLAIN)}"
    if rng.random() < 0.25:
        text += " " + pick(KINDS)
    if rng.random() < 0.22:
        text += pick((" ", " ", ", ")) + pick(LEGAL)
    return text
