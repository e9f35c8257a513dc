#include "market/category_rules.h"

struct rule {
    const char *category;
    const char *assets; // separated by blanks
};

// In the order of names. Assets stand under what they are known for first; only what is plainly both stands
// twice.
static const struct rule rules[] = {
    {"AI",
     "0G AGIX AGT AI AI16Z AIXBT AKT ALCH ALLO ARC ARKM ASI AVAAI CGPT COOKIE CTXC FET FLOCK GRASS GRIFFAIN HOLO "
     "IO KAITO MDT NFP NMR OCEAN OPEN OPENLEDGER ORAI PAAL PHB PROMPT RENDER RNDR SAHARA SHELL SWARMS TAO VANA "
     "VIRTUAL VVV WLD ZEREBRO"},
    {"DeFi",
     "1INCH AAVE ACA ACX AERO AEVO ALPACA ALPHA ASTER AUCTION AUTO AVNT BADGER BAKE BAL BANANA BEL BIFI BNT "
     "BOND BSW BURGER BZRX CAKE CETUS CHESS COMP COW CREAM CRV CVX DEXE DF DODO DOLO DRIFT DYDX ENA EPS EPX "
     "ETHFI EUL FARM FIDA FIS FLM FLUID FOR FORTH FRAX FXS GHO GMX GNO HAEDAL HARD HFT HIFI HUMA IDEX INST JOE JST "
     "JTO JUP KERNEL KMNO KNC LAYER LDO LINA LISTA LQTY MAV MDX MIR MKR MLN MORPHO NEXO OGN OOKI ORCA ORN OSMO "
     "PENDLE PERP POLS PUFFER QI QUICK RAMP RAY RDNT RESOLV REZ RPL RSR RUNE SKY SNX SOLV SPELL SPK SRM SUN "
     "SUSHI SWELL SWRV SYRUP THE TREE TRU UNFI UNI USUAL VELODROME WING WOO XVS YFI YFII ZRX"},
    {"DePIN",
     "AIOZ AKT ATH DIMO FLUX GEOD GLM GRASS HNT IO IOTX LPT MOBILE NOS PEAQ POKT POWR RENDER RNDR THETA WXM"},
    {"Exchange Token", "BGB BNB CRO FTT GT HT KCS LEO MX OKB WRX"},
    {"Gaming Metaverse",
     "ACE AGLD ALICE APE ATLAS AXS BEAMX BIGTIME BNX CATI D DAR DEGO ENJ ERN FORM GALA GHST GMT "
     "GODS GUN HIGH HMSTR ILV LOKA MAGIC MANA MAVIA MBOX MC MOBOX NOT PIXEL PLA POLIS PORTAL PRIME PYR "
     "RARE RON SAND SLP SPS SUPER TLM TOWER TVK UFO VANRY VOXEL WAXP WEMIX XAI YGG"},
    {"Infrastructure",
     "ALT ANKR ARPA AXL BICO C98 CELR CVC DENT DOCK EIGEN ENS FIO FORT GAS GRT GTC HOT ID KEY LIT MASK "
     "MULTI NKN OMNI ONG ORBS PARTI PHA PUNDIX PYTH QNT REN RLC RSS3 SAFE SFP SSV STG STMX SYN T TRAC TWT "
     "VTHO W WIN ZRO"},
    {"Layer 1",
     "A ADA AE ALGO APT ARDR ASTR ATOM AVAX BERA BNB BTC BTG BTS CANTO CFX CKB CORE CSPR DCR DOT DYM EGLD ELF "
     "EOS ERG ETC ETH EVMOS FLOW FTM GLMR HBAR HIVE HYPE ICP ICX INIT INJ IOST IOTA IP IRIS KAIA KAS KAVA KDA "
     "KLAY KMD KSM LSK LTO LUNA LUNA2 LUNC MINA MON MOVR NAS NEAR NEO NULS ONE ONT OSMO QTUM REEF ROSE RUNE RVN S "
     "SAGA SEI SOL SOMI STEEM SUI SYS TIA TOMO TON TRX VET VIC VITE WAN WAVES XCH XDC XEM XTZ ZETA ZIL"},
    {"Layer 2",
     "ARB B2 BLAST BOBA CELO CTSI IMX LINEA LRC MANTA MATIC MERL METIS MNT MOVE OMG OP POL SCR SKL STRK STX "
     "TAIKO ZK ZKJ"},
    {"Meme",
     "ACT AIDOGE AKITA B BABYDOGE BAN BANANAS31 BOME BONK BRETT BROCCOLI714 BROCCOLIF3B CAT CHEEMS CHILLGUY DEGEN "
     "DOGE DOGS ELON FARTCOIN FLOKI FWOG GIGA GOAT HIPPO KOMA LADYS LUCE MELANIA MEME MEW MOG MOODENG MUBARAK MYRO "
     "NEIRO NEIROETH ORDI PENGU PEOPLE PEPE PIPPIN PNUT PONKE POPCAT RATS SAMO SATS SHIB SLERF SPX SUNDOG TOSHI "
     "TRUMP TST TURBO TUT USELESS VINE WEN WHY WIF X 币安人生"},
    {"Oracle", "API3 BAND DIA LINK PYTH RED SUPRA TRB UMA"},
    {"Payments",
     "ACH ALPHAPAY AMP BCH BSV COTI DASH DGB LTC MTL NANO PUNDIX REQ SXP TEL UTK WXT XEC XLM XNO XRP"},
    {"Privacy", "ARRR DASH DUSK FIRO GRIN KEEP NAV NYM OXT PIVX ROSE SCRT TORN XMR XVG ZEC ZEN"},
    {"RWA", "CFG CPOOL CTC LTO OM ONDO PAXG PLUME POLYX PROPC PROPY RIO RSR TOKEN TRU XAUT"},
    {"Stablecoin",
     "AEUR BFUSD BUSD CRVUSD DAI EURI EURS FDUSD GHO GUSD LUSD PAX PYUSD RLUSD SUSD TUSD USD1 USDC USDD USDE "
     "USDP USDS USDSB UST USTC XUSD"},
    {"Storage", "AR BLZ BTT BTTC CRU FIL SC STORJ WAL"},
    {"Store of Value", "BTC PAXG XAUT"},
};

static bool lists(const struct rule *rule, struct str asset)
{
    struct str rest = str_from_c(rule->assets), known;
    while (str_split(&rest, ' ', &known))
        if (str_eq(known, asset)) return true;
    return false;
}

static size_t find(struct str asset, struct str out_names[static CATEGORY_RULES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules && count < CATEGORY_RULES_MAX; i++)
        if (lists(&rules[i], asset)) out_names[count++] = str_from_c(rules[i].category);
    return count;
}

size_t category_rules_find(struct str base_asset, struct str out_names[static CATEGORY_RULES_MAX])
{
    static const char *const multipliers[] = {"1000000", "10000", "1000", "1M"}; // the longest first
    size_t count = find(base_asset, out_names);
    for (size_t i = 0; count == 0 && i < sizeof multipliers / sizeof *multipliers; i++) {
        const struct str multiplier = str_from_c(multipliers[i]);
        if (str_starts_with(base_asset, multiplier))
            count = find(str_slice(base_asset, multiplier.len, base_asset.len), out_names);
    }
    return count;
}
