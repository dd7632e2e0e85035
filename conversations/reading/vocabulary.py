"""Words that are not names of anything one can buy."""

from __future__ import annotations

_FUNCTION = """
a about above after again all almost alone along already also altogether am an and another any
anything apiece are around as aside at away back be because been before behind being below
between both but by came can cheap come could day days did do does doing done down during each
early either else end ever every everything exactly few finally first for from full get gets
getting go goes going gone good got great had half happy has have having he hence her here him
his how i if in instead into is it its itself just last late later least less let like little
long lot lots low made make many me might mine minus month months more most much must my myself
near need never new next nice no none not nothing now of off ok okay old on once one only onto
open or other our out over own pair part past per please plus quick quite rather really rest
right said same saw say says second see sell set she should since single small so some something
soon still such sure take taken than thank thanks that the their them then there these they
thing things think this those though through thus till time times to today together tomorrow too
took total toward two under until up upon us very via want was way we week weeks well went were
what when where whether which while who whole why will with within without worth would yeah year
years yes yesterday yet you your yours fast fun key life live main man play real run tell true
turn work box car best big cost eat hope job pay pays team
"""
_TRADING = """
account accounts added adding amount approx ask average avg bag bags bank bid board bonds bot
bought break broker brokerage bucks buy buying buys cash cent cents charge charged charges close
closed closing comm commission commissions cost costs covered cut date deposit deposited dip
dividend dividends dividend's dollar dollars down drop dump dumped entered entry etf eur euro
euros even exchange executed exit exited fee fees fill filled fills fund funds gain gains gbp
grabbed half higher hold holding holdings incl included including index invest invested
investment limit long loss losses lot lots lower margin market money morning night noon note
open opened order out paid part payment pence percent picked pieces pcs point points portfolio
position positions pound pounds premarket price priced profit profits purchase purchased put
quantity qty record recorded remaining rid rise sale sales security sell selling sells sh share
shares short shorted shs size sold split spent stake stock stocks stop sum target tax taxes top
topped total trade traded trades trading trimmed unit units unloaded usd value w/o withdraw
withdrew worth x yday each ea ltd inc corp net gross all-in doubled tripled loaded reduced
reversed reverse acquired snagged offloaded liquidated shed cleared dollars' evening afternoon
both
"""
# Tickers that are also words: they count only in capitals or after a "$".
_WORDLIKE = """
a all an any are as at be big but by can car cat cost day do east ever fast for fun gain go good
has he home hope i if in is it job key life live low main man me move my near net next nice now
off oil on one open or out pays peak plan play plus pm real run see self so sun team tell to
true turn two up us very was way we well work you your best cash note stop sold buy sell fix top
"""
# Company names, or first words of them, that are also words.
_PLAIN_NAMES = """
advanced american bank best block capital chase core delta discover dollar energy first fund gap
general global gold growth home income international match national oil progressive public shell
square stock target total trust united unity value world
"""
_CAPITALS = """
AI AM ATH BTW CEO CFO CFD CHF CPI DCA DRIP DRIPS EOD EPS EST ET ETF ETFS EU EUR EV FIFO FOMO FX
FYI GBP GTC HODL IBKR IMHO IMO IPO IRA ISA IV JPY LIFO LMT LOL LSE MKT MOC NASDAQ NAV NYSE OK
OMG OTC PE PM PNL PST QTY RIP ROI ROTH SEC SHS SIPP TFSA TLDR UK US USA USD UTC VWAP WSB WTF
XETRA XNYS XNAS YOLO YTD YOY GMT CET ISLAND ARCA BATS IEX EDGX XETR TRADEGATE TGATE SMART DAY FOK
IOC MOO LOO NET GROSS FILLED EXECUTED CASH MARGIN AVG QUANTITY PRICE TOTAL FEE COMM STOP LIMIT
PX ISIN WKN MARK EXEC ACCT VENUE CUSIP BUY SELL SOLD BOUGHT SLD BOT NASDAQGS ORDER
STK EQUITY COMMON STOCK
"""

_GREETINGS = """
hey hello lol gm morning evening welp omg yo alright yep yup nope guys folks haha hmm update fyi btw
wow sigh ugh yay woohoo man dude boom anyway stupidly meanwhile today ive have greetings impulsively
cheers finally sorry oops confirmation notification confirmed alert
"""

FUNCTION_WORDS = frozenset(_FUNCTION.split())
ORDINARY = FUNCTION_WORDS | frozenset(_TRADING.split())
WORDLIKE_TICKERS = frozenset(_WORDLIKE.split())
PLAIN_NAMES = frozenset(_PLAIN_NAMES.split())
CAPITALS = frozenset(_CAPITALS.split())
GREETINGS = frozenset(_GREETINGS.split())
