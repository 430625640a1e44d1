"""Lists written for this tagger: general knowledge, put down by hand. Training reads them, and the
program keeps a hash of each word with the classes it is in."""


def split(text):
    return text.split()


TITLES = split("mr mrs ms miss dr prof professor sir madam lord lady herr frau monsieur madame mme mlle "
               "señor señora sr sra signor signora don doña rev reverend father sister captain capt major "
               "colonel sergeant judge president senator king queen prince princess dhr mevr fru hr pan pani")
GIVEN = split(
    "james mary john patricia robert jennifer michael linda william elizabeth david barbara richard susan "
    "joseph jessica thomas sarah charles karen christopher nancy daniel lisa matthew betty anthony margaret "
    "mark sandra donald ashley steven kimberly paul emily andrew donna joshua michelle kenneth carol kevin "
    "amanda brian dorothy george melissa edward deborah ronald stephanie timothy rebecca jason laura jeffrey "
    "sharon ryan cynthia jacob kathleen gary amy nicholas angela eric shirley jonathan anna stephen brenda "
    "larry pamela justin emma scott nicole brandon helen benjamin samantha samuel katherine gregory christine "
    "frank debra alexander rachel raymond carolyn patrick janet jack catherine dennis maria jerry heather tyler "
    "diane aaron ruth jose julie adam olivia henry joyce nathan virginia douglas victoria zachary kelly peter "
    "lauren kyle christina walter joan ethan evelyn jeremy judith harold megan keith andrea christian cheryl "
    "roger hannah noah jacqueline gerald martha terry gloria sean teresa arthur ann austin sara jesse madison "
    "lucas sophie oliver chloe leo mia felix lena max julia jan eva hans petra klaus sabine jürgen ursula "
    "wolfgang monika stefan claudia andreas katrin matthias anja pierre marie jean françoise michel isabelle "
    "philippe nathalie luc camille antoine giulia marco francesca luca chiara giovanni paola carlos lucía "
    "javier carmen miguel pilar pedro ana diego elena pablo sofia juan luis fernando alejandro jorge manuel "
    "antonio francisco joão inês tiago beatriz rui lars ingrid sven astrid erik karin björn anders birgit "
    "olaf mats mikko aino jukka päivi kari piotr katarzyna krzysztof agnieszka jakub zofia tomasz małgorzata "
    "ivan olga dmitri natasha sergei tatiana vladimir irina boris svetlana mikhail yuri jiří tereza pavel "
    "lenka ondřej zuzana lászló katalin istván ágnes zoltán ilona andrej maja luka milica nikola jelena goran "
    "mehmet ayşe ahmet fatma mustafa elif ali omar fatima mohammed aisha hassan layla yusuf khalid amina "
    "wei li mei jun hiroshi yuki kenji sakura takeshi akiko min jin raj priya arjun anjali ravi deepa sanjay "
    "lakshmi amit neha nguyen linh kwame amara chidi zainab tunde thabo naledi kofi yaw abena ciarán siobhán "
    "niamh liam aoife rhys gareth isla callum eilidh fergus logan mason ella ava grace lily alice clara")
SURNAMES = split(
    "smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson "
    "anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis "
    "robinson walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall "
    "rivera campbell mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards collins reyes "
    "stewart morris morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly howard "
    "ramos kim cox ward richardson watson brooks chavez wood bennett gray mendoza ruiz hughes price alvarez "
    "castillo sanders patel myers long ross foster müller schmidt schneider fischer weber meyer wagner becker "
    "schulz hoffmann koch bauer richter klein wolf schröder neumann dubois durand leroy moreau laurent lefebvre "
    "rossi russo ferrari esposito bianchi romano ricci marino silva santos oliveira pereira costa ferreira "
    "hansen johansen olsen larsen andersen nilsson eriksson karlsson svensson gustafsson jensen nielsen "
    "pedersen virtanen korhonen mäkinen kowalski nowak wiśniewski wójcik ivanov petrov smirnov kuznetsov popov "
    "novák svoboda horvat novak kovač nagy kovács szabó tóth yılmaz demir kaya khan ahmed hussain singh kumar "
    "sharma gupta tanaka suzuki sato yamamoto wang zhang chen liu yang huang zhao wu zhou park choi jung tran le "
    "okafor adeyemi mensah dlamini o'brien mcdonald macleod fraser byrne doyle walsh van der de von la du al")
COUNTRIES = split(
    "afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahamas bahrain "
    "bangladesh barbados belarus belgium belize benin bhutan bolivia bosnia botswana brazil brunei bulgaria "
    "burundi cambodia cameroon canada chad chile china colombia congo croatia cuba cyprus czechia denmark "
    "djibouti ecuador egypt eritrea estonia ethiopia fiji finland france gabon gambia georgia germany ghana "
    "greece greenland grenada guatemala guinea guyana haiti honduras hungary iceland india indonesia iran iraq "
    "ireland israel italy jamaica japan jordan kazakhstan kenya kiribati korea kosovo kuwait kyrgyzstan laos "
    "latvia lebanon lesotho liberia libya liechtenstein lithuania luxembourg macedonia madagascar malawi "
    "malaysia maldives mali malta mauritania mauritius mexico moldova monaco mongolia montenegro morocco "
    "mozambique myanmar namibia nepal netherlands nicaragua niger nigeria norway oman pakistan palau panama "
    "paraguay peru philippines poland portugal qatar romania russia rwanda samoa senegal serbia seychelles "
    "singapore slovakia slovenia somalia spain sudan suriname sweden switzerland syria taiwan tajikistan "
    "tanzania thailand togo tonga tunisia turkey turkmenistan uganda ukraine uruguay uzbekistan vanuatu "
    "venezuela vietnam yemen zambia zimbabwe usa uk uae england scotland wales")
CITIES = split(
    "london paris berlin madrid rome vienna amsterdam brussels copenhagen stockholm oslo helsinki dublin lisbon "
    "athens warsaw prague budapest bucharest sofia zagreb belgrade kyiv moscow istanbul ankara cairo lagos "
    "nairobi johannesburg casablanca tunis algiers dakar accra kampala jerusalem beirut dubai baghdad tehran "
    "karachi lahore delhi mumbai kolkata chennai bangalore hyderabad dhaka bangkok hanoi jakarta manila "
    "shanghai beijing shenzhen tokyo osaka kyoto seoul taipei sydney melbourne brisbane perth auckland toronto "
    "montreal vancouver ottawa calgary chicago boston houston dallas seattle denver phoenix philadelphia "
    "detroit miami atlanta portland austin baltimore cleveland pittsburgh cincinnati memphis nashville "
    "manchester liverpool birmingham leeds glasgow edinburgh bristol cardiff belfast munich hamburg cologne "
    "frankfurt stuttgart leipzig dresden bremen lyon marseille toulouse nantes bordeaux lille milan naples "
    "turin florence venice bologna genoa barcelona valencia seville bilbao porto braga zurich geneva basel bern "
    "rotterdam utrecht antwerp ghent gothenburg malmö bergen aarhus turku tampere krakow gdansk brno "
    "bratislava ljubljana riga vilnius tallinn bogota lima quito caracas santiago montevideo havana recife "
    "california texas florida ohio nevada oregon virginia bavaria tuscany catalonia brittany siberia")
NATIONS = split(
    "afghan albanian algerian american argentine argentinian armenian australian austrian bangladeshi "
    "belarusian belgian belizean bolivian bosnian brazilian british bruneian bulgarian cambodian cameroonian "
    "canadian chilean chinese colombian croatian cuban cypriot czech danish dutch ecuadorian egyptian english "
    "eritrean estonian ethiopian filipino finnish french georgian german ghanaian greek greenlander guatemalan "
    "haitian honduran hungarian icelandic indian indonesian iranian iraqi irish israeli italian jamaican "
    "japanese jordanian kazakh kenyan korean kuwaiti laotian latvian lebanese liberian libyan lithuanian "
    "malaysian maltese mexican moldovan mongolian moroccan namibian nepalese nigerian norwegian pakistani "
    "palestinian panamanian paraguayan persian peruvian polish portuguese romanian russian rwandan saudi "
    "scottish senegalese serbian singaporean slovak slovenian somali spanish sudanese surinamese swede swedish "
    "swiss syrian taiwanese thai tunisian turk turkish ugandan ukrainian uruguayan venezuelan vietnamese welsh "
    "yemeni zambian zimbabwean christian muslim jewish hindu buddhist sikh catholic protestant sunni shia "
    "republican democrat african asian european arab latino emirati omani qatari bahraini jordanian angolan ghanian "
    "congolese ivorian gabonese gambian guinean malian mauritian mozambican nigerien tanzanian togolese malawian "
    "ethiopian eritrean comoran djiboutian barbadian bahamian trinidadian guyanese dominican salvadoran costarican "
    "nicaraguan fijian samoan tongan maori macedonian montenegrin kosovar luxembourger liechtensteiner monegasque "
    "andorran azerbaijani turkmen tajik uzbek kyrgyz tibetan burmese bhutanese sri-lankan maldivian timorese "
    "spaniard dane finn pole swede scot briton brit serb croat slovene bulgar magyar kurd berber basque catalan "
    "bavarian sicilian flemish walloon texan californian londoner parisian englishman englishwoman frenchman "
    "frenchwoman dutchman dutchwoman irishman irishwoman welshman scotsman cornishman filipina argentinean "
    "ecuadorean zairean lutheran anglican baptist methodist mormon orthodox quaker calvinist evangelical atheist "
    "agnostic shiite sunnite druze zoroastrian taoist bahai liberal conservative socialist communist marxist "
    "anarchist fascist labour tory whig")
NATIONS_MANY = [name + "s" for name in NATIONS] + [name[:-3] + "men" for name in NATIONS if name.endswith("man")]
WORKS = split(
    "The Of In And My Your Night Day River House Song Blue Red Last First Long Road Home Love Stars Fire Water Winter "
    "Summer Garden King Queen Lost Silent Golden Dream Dreams Heart Light Dark Shadow Wind Rain Moon Sun Sky Street "
    "Letters Story Tales Game War Peace Secret Time Never Always Again Little Big Boy Girl Man Woman Children")
STREETS = split(
    "street st avenue ave road rd lane ln drive dr boulevard blvd court ct place pl square sq terrace way close "
    "crescent highway hwy parkway alley row quay strasse straße str gasse weg platz allee rue chemin impasse "
    "cours via viale piazza corso vicolo calle avenida avda plaza paseo carrera camino rua travessa praça "
    "largo estrada ulica ul aleja utca út tér straat laan plein gracht weg gade vej allé gata gatan vägen "
    "gate vei veien katu tie kuja náměstí třída ulice cesta trg tänav mnt mahallesi caddesi sokak")
UNITS = split("apt apartment suite ste unit floor flat building po box fpo apo dpo bsc psc unit no nr")
FIRMS = split("inc ltd llc plc corp corporation company co gmbh ag kg ohg sa sas sarl srl spa nv bv ab as oy "
              "aps limited incorporated group holdings partners associates sons bank university institute "
              "foundation association agency ministry department college school hospital museum society "
              "union council committee orchestra club labs laboratories technologies systems software "
              "solutions services industries consulting capital media networks health energy motors records")
MONTHS = split("january february march april may june july august september october november december monday "
               "tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec")
SAYS = split("said says told asked replied wrote writes called named met married signed regards sincerely "
             "thanks dear hi hello hey name contact manager attn from to by with cc")
PLACED = split("in at from near to lives live living moved born based located visit visited visiting city town "
               "village county state province country region address street corner north south east west")
HIRED = split("works work worked working employed joined hired employer company firm ceo cfo cto founder director "
              "headquartered subsidiary acquired customer supplier vendor startup at for")
JOBS = split("engineer teacher nurse doctor lawyer manager director analyst consultant accountant clerk driver "
             "operator technician assistant officer supervisor designer developer programmer administrator "
             "coordinator specialist installer mechanic carpenter plumber electrician cook chef waiter cleaner "
             "painter farmer pilot writer editor journalist librarian pharmacist therapist dentist surgeon "
             "salesperson agent broker cashier inspector planner scientist chemist physicist economist welder "
             "machinist secretary receptionist trainer instructor professor guard firefighter representative")
COMMON = split("the a an and or but if then so of on as is are was were be been it this that these those i you he "
               "she we they my your his her our their me him them what which who when where why how not no yes "
               "can could will would should may might do does did has have had please there here all any some "
               "one two three first last new old good for with by about into over after before than because "
               "answer question following most each many much more other use used find let given if")

CLASSES = (("title", TITLES), ("given", GIVEN), ("surname", SURNAMES), ("country", COUNTRIES),
           ("city", CITIES), ("nation", NATIONS + NATIONS_MANY), ("street", STREETS), ("unit", UNITS), ("firm", FIRMS),
           ("month", MONTHS), ("says", SAYS), ("placed", PLACED), ("hired", HIRED), ("job", JOBS),
           ("common", COMMON))
