"""Names of people and places, user agents, and the words that titles are made of.

Some have accents, are in other scripts, or contain quotes, slashes and commas, as real ones do, because loaders fail on these. The order
matters: changing it changes every sample lake.

Put here lists of texts. Do not put here logic.
"""

# ruff: noqa: RUF001 - letters that look like Latin ones are intended


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split("|"))


FIRST_NAMES = _listed("""
    Aaliyah | Adelyn | Adler | Aiden | Aleena | Alivia | Amiya | Anabelle | Andrea | Austin | Ava | Avery | Ayla |
    Ayleen | Braden | Brantley | Bronson | Carlos | Cecilia | Celeste | Chloe | Christian | Cierra | Colm |
    Connar | Devin | Dominick | Dustin | Elijah | Emily | Evelin | Gianna | Harper | Hannah | Hayden | Isaac |
    Jacob | Jacqueline | Jahiem | Jaleah | James | Jayden | Jizelle | Jordan | Joseph | Kaleb | Kate | Katherine |
    Kaylee | Kevin | Kimber | Kinsley | Kynnedi | Layla | Lily | Magdalene | Maia | Makinley | Marina | Martin |
    Matthew | Mohammad | Molly | Morris | Noah | Preston | Rylan | Ryan | Samuel | Sara | Sean | Shakira | Sienna |
    Stefany | Sylvie | Tegan | Theodore | Tucker | Walter | Wyatt | Zachary | Zoé | José | Renée | Åsa | Björn |
    Chloë | Łukasz | Siobhán | Nguyễn | Юлия | Ελένη | 美咲 | 민준 | آمنة
""")
LAST_NAMES = _listed("""
    Arellano | Ayala | Banks | Barrera | Barrett | Bell | Benjamin | Benson | Brock | Burke | Burns | Butler |
    Calhoun | Carter | Chavez | Clark | Colon | Cook | Cooper | Cruz | Cuevas | Davidson | Duffy | Finley | Fox |
    Freeman | Frye | Garrison | Gay | George | Gilmore | Gonzalez | Graves | Griffin | Gutierrez | Harrell |
    Harris | Hayes | Herman | Hess | Hicks | Hunt | Johnson | Jones | Kirby | Klein | Koch | Larson | Lee |
    Levine | Lynch | Martinez | Miles | Moreno | Norris | O'Brien | Owens | Parker | Porter | Powell | Ramirez |
    Robinson | Rodriguez | Rogers | Rosales | Roth | Santana | Scott | Simpson | Smith | Summers | Sutton |
    Taylor | Terrell | Thomas | Valdez | Watkins | West | White | Williams | Wilson | Wise | Young | Núñez |
    García-López | Müller | Sørensen | Dvořák | Çelik | Beauséjour | Иванова | Παππά | 田中 | 김 | D'Ângelo
""")
HOMES = _listed("""
    San Francisco-Oakland-Hayward, CA | Portland-South Portland, ME | Lansing-East Lansing, MI |
    Chicago-Naperville-Elgin, IL-IN-WI | Atlanta-Sandy Springs-Roswell, GA | Waterloo-Cedar Falls, IA |
    Lake Havasu City-Kingman, AZ | San Jose-Sunnyvale-Santa Clara, CA | Tampa-St. Petersburg-Clearwater, FL |
    New York-Newark-Jersey City, NY-NJ-PA | Sacramento--Roseville--Arden-Arcade, CA | Janesville-Beloit, WI |
    Birmingham-Hoover, AL | Winston-Salem, NC | Red Bluff, CA | Marinette, WI-MI | Augusta-Richmond County, GA-SC |
    Houston-The Woodlands-Sugar Land, TX | Detroit-Warren-Dearborn, MI | New Orleans-Metairie, LA |
    La Crosse-Onalaska, WI-MN | San Antonio-New Braunfels, TX | Philadelphia-Camden-Wilmington, PA-NJ-DE-MD |
    Washington-Arlington-Alexandria, DC-VA-MD-WV | Phoenix-Mesa-Scottsdale, AZ |
    Nashville-Davidson--Murfreesboro--Franklin, TN | Minneapolis-St. Paul-Bloomington, MN-WI | Klamath Falls, OR |
    Seattle-Tacoma-Bellevue, WA | St. Louis, MO-IL | Los Angeles-Long Beach-Anaheim, CA | Salt Lake City, UT |
    Myrtle Beach-Conway-North Myrtle Beach, SC-NC | Miami-Fort Lauderdale-West Palm Beach, FL | Cañon City, CO |
    Española, NM
""")

# as delivered: the quotes around most of them are part of the value
USER_AGENTS = (
    '"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.143 Safari/537.36"',
    '"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.78.2 (KHTML, like Gecko) Version/7.0.6 Safari/537.78.2"',
    "Mozilla/5.0 (Windows NT 5.1; rv:31.0) Gecko/20100101 Firefox/31.0",
    '"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Ubuntu Chromium/36.0.1985.125 '
    'Chrome/36.0.1985.125 Safari/537.36"',
    '"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/37.0.2062.94 Safari/537.36"',
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.9; rv:31.0) Gecko/20100101 Firefox/31.0",
    '"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.125 Safari/537.36"',
    '"Mozilla/5.0 (Windows NT 6.3; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.143 Safari/537.36"',
    "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:31.0) Gecko/20100101 Firefox/31.0",
    '"Mozilla/5.0 (iPhone; CPU iPhone OS 7_1_2 like Mac OS X) AppleWebKit/537.51.2 (KHTML, like Gecko) '
    'Version/7.0 Mobile/11D257 Safari/9537.53"',
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; WOW64; Trident/6.0)",
)

ARTIST_PLACES = _listed("""
    California - LA | New York, NY [Manhattan] | London, England | Memphis, TN | Nashville, TN. | Ohio | Denmark |
    Zagreb Croatia | Hamtramck, MI | Gainesville, FL | Noci (BA) | Seattle, Washington USA | Panama |
    Málaga, España | São Paulo, Brasil | Reykjavík | Göteborg, Sweden | Québec, QC | Kraków, Poland | 東京, Japan |
    Москва | Kingston, Jamaica | Lagos, Nigeria | Ciudad de México | Liverpool, England
""")
ADJECTIVES = _listed("""
    Little | Lonely | Electric | Broken | Golden | Silver | Black | White | Blue | Wild | Velvet | Paper |
    Midnight | Hollow | Holy | Secret | Frozen | Burning | Distant | Crooked | Gentle | Crimson | Northern |
    Southern | Lost | Bitter | Sweet | Quiet | Rusty | Neon | Ancient | Restless
""")
NOUNS = _listed("""
    Love | Night | Rain | Fire | Home | Time | Heart | Dance | Road | Star | Moon | Light | River | Dream |
    Summer | City | Soul | Train | Angel | Shadow | Garden | Winter | Ocean | Highway | Whisper | Thunder |
    Mirror | Wolf | Kitchen | Letter | Bridge | Harbour | Ghost | Sparrow | Stranger | Machine | Window | Morning |
    Yesterday | Tomorrow | Horizon | Echo | Lantern | Mountain | Desert | Storm | Satellite | Carousel | Diamond |
    Feather
""")
VERBS = _listed("""
    Leave | Call | Forget | Wake | Follow | Tell | Break | Hold | Save | Fool | Haunt | Remind
""")

# complete names and titles that no pattern would produce
FOREIGN_ARTISTS = _listed("""
    Café Tacvba | Sigur Rós | Björk | Mötley Crüe | Beyoncé | Céline Dion | Édith Piaf |
    Caetano Veloso & João Gilberto | Jónsi & Alex | Röyksopp |
    Emil Gilels/Orchestre de la Société des Concerts du Conservatoire/André Cluytens | Molotov/Señor Coconut |
    Los Fabulosos Ñandúes | Кино | Земфира | Αλκίνοος Ιωαννίδης | 椎名林檎 | 坂本龍一 | 서태지와 아이들 |
    أم كلثوم | עידן רייכל | Çağla Yılmaz | Łąki Łan | Trần Thu Hà
""")
FOREIGN_TITLES = _listed("""
    Nadie Como Tú | Représente | Prófugos | ¿Dónde va Chichi? | Señorita | Déjà Vu | Año Nuevo | Für Elise |
    Över havet | Ångström | Naïve | Corazón Partío | Ágætis byrjun | Não Vá Embora | Звезда по имени Солнце |
    Ξημερώνει | 丸ノ内サディスティック | 아리랑 | إنت عمري | שיר אהבה | Yağmur | Księżyc | Mùa Thu | Où es-tu?
""")
EDITIONS = _listed("""
    (Live) | (Album Version) | (LP Version) | (2006 Digital Remaster) | (Explicit) | (Acoustic) |
    [Live At Royal Albert Hall] | (Remix) | (From "The Long Way Home") | (Live/Unplugged) | (feat. Café del Mar)
""")
KEYS = _listed("""
    C major | G minor | D minor | E flat | A minor | B flat | F sharp minor
""")
TEMPI = _listed("""
    Allegro | Andante | Adagio sostenuto | Presto | Allegretto | Romance (Andante cantabile) | Scherzo. Allegro |
    Largo
""")
ENSEMBLES = _listed("""
    Band | Trio | Orchestra | Quartet | Collective | Project | Brothers | Sound System
""")
