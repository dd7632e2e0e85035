"""One made-up file for each layout, with what a person would expect to be read from it."""

from __future__ import annotations

T212 = (
    "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),"
    "Exchange rate,Total,Currency (Total),Currency conversion fee,"
    "Currency (Currency conversion fee),Notes,ID\n"
)
COINBASE = (
    "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,"
    "Subtotal,Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
)
FLEX = (
    '"ClientAccountID","CurrencyPrimary","AssetClass","Symbol","TradeDate","DateTime","Buy/Sell",'
    '"Quantity","TradePrice","IBCommission","IBCommissionCurrency","IBExecID","LevelOfDetail"\n'
)
VANGUARD = (
    "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,"
    "Investment Name,Symbol,Shares,Share Price,Principal Amount,Commission Fees,Net Amount,"
    "Accrued Interest,Account Type,\n"
)

# name: the file; each entry as "kind quantity symbol @ price fee currency"; lines left out; failed
EXCERPTS: dict[str, tuple[str, list[str], dict[int, str], dict[int, str]]] = {
    "robinhood": (
        "Activity Date,Process Date,Settle Date,Instrument,Description,Trans Code,Quantity,Price,"
        "Amount\n"
        '3/9/2021,3/9/2021,3/11/2021,MSFT,"Microsoft\nCUSIP: 594918104",Sell,2,$230.10,$460.19\n'
        "3/8/2021,3/8/2021,3/10/2021,MSFT,Microsoft,Buy,7,$224.97,$1,574.79\n"
        "3/5/2021,3/5/2021,3/5/2021,MSFT,Microsoft,SPL,7,,\n"
        "3/4/2021,3/4/2021,3/4/2021,,Interest,INT,,,$0.12\n"
        "3/3/2021,3/3/2021,3/3/2021,,Gold,GOLD,,,($5.00)\n"
        "3/2/2021,3/2/2021,3/2/2021,SPY,SPY 4/16/2021 Call $400,STO,1,$2.10,$209.96\n"
        "3/1/2021,3/1/2021,3/1/2021,MSFT,Microsoft,ZZZ,1,$2.10,$2.10\n"
        '"","","","","","","","","Not advice."\n',
        [
            "fee 1 @ 5.00 0 USD",
            "interest 1 @ 0.12 0 USD",
            "split 1 MSFT @ 0 0 USD",
            "buy 7 MSFT @ 224.97 0 USD",
            "sell 2 MSFT @ 230.10 0.01 USD",
        ],
        {8: "option", 10: "text_only"},
        {9: "code_unknown"},
    ),
    "schwab": (
        '"Transactions  for account XXXX-1234 as of 05/03/2021"\n'
        '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount",\n'
        '"04/06/2021 as of 04/05/2021","Cash Dividend","KO","COCA","","","","$4.20",\n'
        '"04/01/2021","Sell","F","FORD","100","$12.00","$0.03","$1,199.97",\n'
        '"03/31/2021","Buy","F","FORD","1,000","$11.00","","-$11,000.00",\n'
        '"03/30/2021","Stock Split","F","FORD","10","","","",\n'
        '"03/29/2021","Sell to Open","F 06/18/2021 12.00 C","CALL","1","$1","$0.66","$99.34",\n'
        '"03/26/2021","Wire Sent","","","","","","-$500.00",\n'
        '"Transactions Total","","","","","","","-$9,695.83",\n',
        [
            "withdrawal 1 @ 500.00 0 USD",
            "split 1 F @ 0 0 USD",
            "buy 1000 F @ 11.00 0 USD",
            "sell 100 F @ 12.00 0.03 USD",
            "dividend 1 KO @ 4.20 0 USD",
        ],
        {7: "option", 9: "total"},
        {},
    ),
    "fidelity": (
        "\ufeff\n\nRun Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),"
        "Fees ($),Accrued Interest ($),Amount ($),Settlement Date\n"
        '05/04/2021,"YOU SOLD ACME (ACM) (Cash)", ACM,"ACME",Cash,-3,50,1,0.01,,148.99,05/06/2021\n'
        '05/03/2021,"YOU BOUGHT ACME 4% BOND",12345ABC6,"B",Cash,5000,99.5,,,,-4975,05/05/2021\n'
        '05/03/2021,"FOREIGN TAX PAID ACME (ACM)",ACM,"ACME",Cash,,,,,,-0.3,\n'
        '05/02/2021,"YOU SOLD OPENING TRANSACTION", -ACM210618C50,"C",Cash,-1,2,,,,200,05/03/2021\n'
        '05/01/2021,"Electronic Funds Transfer Received (Cash)",,"",Cash,,,,,,250,\n'
        '\n"For information only."\n"Date downloaded 05/05/2021 9:41 am"\n',
        [
            "deposit 1 @ 250 0 USD",
            "fee 1 ACM @ 0.3 0 USD",
            "buy 5000 12345ABC6 @ 0.995 0 USD",
            "sell 3 ACM @ 50 1.01 USD",
        ],
        {7: "option", 10: "text_only", 11: "text_only"},
        {},
    ),
    "fidelity_multi": (
        "Run Date,Account,Account Number,Action,Symbol,Description,Type,Currency,Price,Quantity,"
        "Commission,Fees,Amount,Settlement Date\n"
        '06/02/2021,"A","X1","YOU BOUGHT ACME",ACM,"A",Cash,USD,10,2,,,-20,06/04/2021\n'
        '06/01/2021,"B","X2","TRANSFERRED FROM BANK",ACM,"A",Cash,USD,,2,,,20,06/04/2021\n',
        ["buy 2 ACM @ 10 0 USD"],
        {3: "shares_moved"},
        {},
    ),
    "ibkr_activity": (
        "Statement,Header,Field Name,Field Value\n"
        "Statement,Data,Period,Year\n"
        "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,"
        "T. Price,Proceeds,Comm in EUR,Code\n"
        'Trades,Data,Order,Stocks,EUR,BMW,"2021-07-01, 09:30:00","1,200",80.5,"-96,600",-4.2,O\n'
        'Trades,Data,ClosedLot,Stocks,EUR,BMW,"2021-07-01, 09:30:00",5,80.5,-402.5,0,\n'
        "Trades,SubTotal,,Stocks,EUR,BMW,,1200,,-96600,-4.2,\n"
        "Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,"
        "T. Price,Proceeds,Comm/Fee,Code\n"
        'Trades,Data,Order,Forex,USD,EUR.USD,"2021-07-02, 09:30:00",-10,1.1,11,0,\n'
        'Trades,Data,Order,Stocks,USD,BF B,"2021-07-02, 09:30:00",-1,70,70,0.5,\n'
        "Corporate Actions,Header,Asset Category,Currency,Report Date,Date/Time,Description,"
        "Quantity\n"
        'Corporate Actions,Data,Stocks,USD,2021-07-05,"2021-07-04, 20:25:00",'
        '"NVD(US0000000001) Split 4 for 1 (NVD)",3\n'
        "Deposits & Withdrawals,Header,Currency,Settle Date,Description,Amount\n"
        "Deposits & Withdrawals,Data,EUR,2021-07-01,Wire,1000\n"
        "Deposits & Withdrawals,Data,Total,,,1000\n",
        [
            "deposit 1 @ 1000 0 EUR",
            "buy 1200 BMW @ 80.5 4.2 EUR",
            "sell 1 BF-B @ 70 0 USD",
            "deposit 1 @ 0.5 0 USD",
            "split 4 NVD @ 0 0 USD",
        ],
        {5: "detail", 8: "exchange", 14: "total"},
        {},
    ),
    "ibkr_flex": (
        FLEX + '"U1","USD","STK","ABC","20210801","20210801;103000","SELL","-2","5","-1","USD",'
        '"e2","EXECUTION"\n'
        '"U1","USD","STK","ABC","20210801","20210801;093000","BUY","2","4","-1","USD","e1",'
        '"EXECUTION"\n'
        '"U1","USD","STK","ABC","20210801","20210801;093000","BUY","2","4","-1","USD","e1",'
        '"EXECUTION"\n'
        '"U1","USD","STK","ABC","20210801","20210801;093000","BUY","2","4","-1","USD","",'
        '"ORDER"\n'
        '"U1","USD","STK","ABC","20210801","20210801;093000","BUY","2","4","-1","CHF","e3",'
        '"EXECUTION"\n',
        ["buy 2 ABC @ 4 1 USD", "sell 2 ABC @ 5 1 USD"],
        {5: "detail"},
        {6: "fee_in_other_currency"},
    ),
    "vanguard": (
        "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,\n"
        "1,F,VTI,3,200,600,\n"
        "\n\n" + VANGUARD + "1,09/02/2021,09/03/2021,Sell,Sell,T,VTI,-3.00000,210.0000,630.00,0.00,"
        "630.00,0.00,CASH,\n"
        "1,09/01/2021,09/02/2021,Reinvestment,Div,T,VTI,0.10000,200.0000,-20.00,0.00,-20.00,0,CASH,\n"
        "1,09/01/2021,09/01/2021,Dividend,Div,T,VTI,0.00000,1.0,20.00,0.00,20.00,0.00,CASH,\n"
        "1,09/01/2021,09/01/2021,Sweep out,S,M,VMFXX,0,1.0,20.00,0.00,20.00,0.00,CASH,\n",
        [
            "dividend 1 VTI @ 20.00 0 USD",
            "buy 0.1 VTI @ 200.0000 0 USD",
            "sell 3 VTI @ 210.0000 0 USD",
        ],
        {9: "sweep"},
        {},
    ),
    "etrade": (
        "All Transactions\n\nTotal:,1\n\nActivity/Trade Date,Transaction Date,Settlement Date,"
        "Activity Type,Description,Symbol,Cusip,Quantity #,Price $,Amount $,Commission,Note\n"
        "10/04/21,10/04/21,10/06/21,Sold,CO,CO,--,-2.0,10.00,19.50,0.5,--\n"
        "10/01/21,10/01/21,10/01/21,Online Transfer,IN,--,--,--,--,100.00,--,--\n"
        "10/01/21,10/01/21,10/01/21,Option Expired,PUT,--,--,1,--,--,--,--\n",
        ["deposit 1 @ 100.00 0 USD", "sell 2 CO @ 10.00 0.5 USD"],
        {8: "option"},
        {},
    ),
    "etrade_old": (
        "For Account:,####9\n\nTransactionDate,TransactionType,SecurityType,Symbol,Quantity,Amount,"
        "Price,Commission,Description\n\n"
        "11/02/21,Bought,EQ,CO,2,-20.5,10,0.5,CO INC      COMMON\n"
        "11/01/21,Interest,,,0,0.04,0,0,INT\n",
        ["interest 1 @ 0.04 0 USD", "buy 2 CO @ 10 0.5 USD"],
        {},
        {},
    ),
    "trading212": (
        T212 + "Stop buy,2021-12-01 08:00:00.123,GB0001,VOD,V,100.5,130,GBX,117.2,"
        '111.6,"EUR",0.2,"EUR",,E1\n'
        "Stock split close,2021-12-02 08:00:00,US01,SPL,S,2,900,USD,1,,USD,,,,s1\n"
        "Stock split open,2021-12-02 08:00:01,US01,SPL,S,20,90,USD,1,,USD,,,,s2\n"
        'Withdrawal,2021-12-03 08:00:00,,,,,,,,-50.00,"EUR",,,,w1\n'
        "Currency conversion,2021-12-03 08:00:00,,,,,,,,50.00,EUR,,,GBP -> EUR,c1\n"
        'Interest on cash,2021-12-04 08:00:00,,,,,,,,0.31,"EUR",,,,i1\n',
        [
            "buy 100.5 VOD @ 1.3 0.2344 GBP",
            "split 10 SPL @ 0 0 ",
            "withdrawal 1 @ 50.00 0 EUR",
            "interest 1 @ 0.31 0 EUR",
        ],
        {6: "exchange"},
        {},
    ),
    "degiro_transactions": (
        "Datum,Tijd,Product,ISIN,Beurs,Uitvoeringsplaats,Aantal,Koers,,Lokale waarde,,Waarde,,"
        "Wisselkoers,Transactiekosten en/of,,Totaal,,Order ID\n"
        '04-01-2022,09:04,ASML,NL0010273215,EAM,XAMS,-2,"700,5000",EUR,"1401,00",EUR,"1401,00",EUR'
        ',,"-2,00",EUR,"1399,00",EUR,o-2\n'
        '03-01-2022,15:30,APPLE,US0378331005,NDQ,XNAS,"1.000","180,0000",USD,"-180000,00",USD,'
        '"-160000,00",EUR,"1,1250","-4,00",EUR,"-160004,00",EUR,o-1\n',
        [
            "buy 1000 US0378331005 @ 180.0000 4.5 USD",
            "sell 2 NL0010273215 @ 700.5000 2.00 EUR",
        ],
        {},
        {},
    ),
    "degiro_account": (
        "Date,Time,Value date,Product,ISIN,Description,FX,Change,,Balance,,Order Id\n"
        '05-01-2022,09:04,05-01-2022,ASML,NL01,"Sell 2 ASML@700,5 EUR (NL0010273215)",,EUR,'
        '"1401,00",EUR,"1401,00",o-3\n'
        '05-01-2022,09:04,05-01-2022,ASML,NL01,DEGIRO Transaction fee,,EUR,"-2,00",EUR,"1,00",o-3\n'
        '04-01-2022,09:04,04-01-2022,,,flatex Deposit,,EUR,"1.500,00",EUR,"1500,00",\n'
        '04-01-2022,09:04,04-01-2022,,,Degiro Cash Sweep Transfer,,EUR,"1,00",EUR,"1,00",\n',
        ["deposit 1 @ 1500.00 0 EUR", "sell 2 NL01 @ 700.5 2.00 EUR"],
        {5: "sweep"},
        {},
    ),
    "etoro": (
        "Date,Type,Details,Amount,Units,Realized Equity Change,Realized Equity,Balance,Position ID,"
        "Asset type,NWA\n"
        '03/02/2022 10:00:00,Open Position,GOOG/USD,"1,500.00",10,0,1,1,9,Stocks,0\n'
        "04/02/2022 10:00:00,corp action: Split,GOOG/USD 20:1,-,-,0,1,1,9,Stocks,0\n"
        "05/02/2022 10:00:00,Open Position,OIL/USD,50.00,1,0,1,1,10,CFD,0\n"
        "06/02/2022 10:00:00,Withdraw Request,,-20.00,-,0,1,1,-,,0\n",
        ["buy 10 GOOG @ 150 0 USD", "split 20 GOOG @ 0 0 USD", "withdrawal 1 @ 20.00 0 USD"],
        {4: "cfd"},
        {},
    ),
    "coinbase": (
        "\nTransactions\nUser,Nobody,0\n"
        + COINBASE
        + "c1,2022-03-01 10:00:00 UTC,Buy,BTC,0.01,EUR,€40000.00,€400.00,€405.00,€5.00,\n"
        "c2,2022-03-02 10:00:00 UTC,Convert,BTC,-0.005,EUR,€42000.00,-€210.00,-€209.00,€1.00,"
        "Converted 0.005 BTC to 104.5 XRP\n"
        "c3,2022-03-03 10:00:00 UTC,Receive,ETH,1,EUR,€2500.00,€2500.00,€2500.00,€0.00,\n"
        "c4,2022-03-04 10:00:00 UTC,Deposit,EUR,500,EUR,€1.00,€500.00,€500.00,€0.00,\n",
        [
            "buy 0.01 BTC-EUR @ 40000.00 5.00 EUR",
            "sell 0.005 BTC-EUR @ 42000.00 1.00 EUR",
            "buy 104.5 XRP-EUR @ 2 0 EUR",
            "deposit 1 @ 500 0 EUR",
        ],
        {7: "shares_moved"},
        {},
    ),
    "zerodha": (
        "symbol,isin,trade_date,exchange,segment,series,trade_type,auction,quantity,price,trade_id,"
        "order_id,order_execution_time\n"
        "INFY,INE0,2022-04-01,NSE,EQ,EQ,buy,false,3.000000,1900.000000,1,9,2022-04-01T10:00:00\n"
        "INFY,INE0,2022-04-01,NSE,EQ,EQ,buy,false,3.000000,1900.000000,2,9,2022-04-01T10:00:00\n"
        "NIFTY,,2022-04-01,NSE,FO,,buy,false,50,100,3,10,2022-04-01T10:00:00\n",
        ["buy 3 INFY.NS @ 1900.000000 0 INR"] * 2,
        {4: "option"},
        {},
    ),
    "binance_spot": (
        "\ufeffDate(UTC),Pair,Side,Price,Executed,Amount,Fee\n"
        "2022-05-01 10:00:00,ETHUSDT,BUY,2800.00,1.0000ETH,2800.0000USDT,0.0010ETH\n"
        "2022-05-02 10:00:00,ETHUSDT,SELL,2900.00,0.5000ETH,1450.0000USDT,0.0030BNB\n",
        ["buy 0.999 ETH-USDT @ 2800.00 2.8 USDT", "sell 0.5 ETH-USDT @ 2900.00 0 USDT"],
        {},
        {},
    ),
    "binance_statement": (
        "User_ID,UTC_Time,Account,Operation,Coin,Change,Remark\n"
        "1,2022-06-01 10:00:00,Spot,Transaction Buy,ADA,60,\n"
        "1,2022-06-01 10:00:00,Spot,Transaction Fee,ADA,-0.1,\n"
        "1,2022-06-01 10:00:00,Spot,Transaction Spend,EUR,-30,\n"
        "1,2022-06-01 10:00:00,Spot,Transaction Buy,ADA,40,\n"
        "1,2022-06-01 10:00:00,Spot,Transaction Spend,EUR,-20,\n"
        "1,2022-06-02 10:00:00,Spot,Transfer Between Main and Funding,ADA,-5,\n"
        "1,2022-06-03 10:00:00,Spot,Deposit,EUR,75,\n"
        "1,2022-06-04 10:00:00,Spot,Transaction Buy,ADA,1,\n",
        ["buy 99.9 ADA-EUR @ 0.5 0.05 EUR", "deposit 1 @ 75 0 EUR"],
        {7: "own_transfer"},
        {9: "not_a_pair"},
    ),
    "generic": (
        "Datum;Typ;Wert;Buchungswährung;Bruttobetrag;Gebühren;Steuern;Stück;Ticker-Symbol;Notiz\n"
        "2022-07-01T10:00;Kauf;-1.005,00;EUR;1.000,00;5,00;0,00;10;SAP;gut\n"
        "2022-07-02T10:00;Verkauf;546,50;EUR;550,00;3,50;0,00;5;SAP;\n"
        "2022-07-03T10:00;Dividende;24,50;EUR;24,50;0,00;0,00;;SAP;\n"
        "2022-07-04T10:00;Einlage;100,00;EUR;100,00;0,00;0,00;;;\n",
        [
            "buy 10 SAP @ 100 5.00 EUR",
            "sell 5 SAP @ 110 3.50 EUR",
            "dividend 1 SAP @ 24.50 0 EUR",
            "deposit 1 @ 100.00 0 EUR",
        ],
        {},
        {},
    ),
}
