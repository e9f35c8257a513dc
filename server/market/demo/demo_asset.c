#include "market/demo/demo_asset.h"

// Ordered by name: the series are stored in this order.
const struct demo_asset demo_assets[] = {
    {"DEMOAGENT", 0.84, 4, 150, 480, 14, 520, DEMO_FATE_PLAIN, 0, false},
    {"DEMOAURA", 1.92, 4, 130, 300, 60, 0, DEMO_FATE_PLAIN, 0, false},
    {"DEMOBOND", 0.97, 4, 30, 110, 2, 730, DEMO_FATE_PLAIN, 0, false},
    {"DEMOBTC", 29000, 2, 100, 60, 1800, 0, DEMO_FATE_PLAIN, 0, true},
    {"DEMODESK", 38, 2, 105, 220, 150, 0, DEMO_FATE_PLAIN, 0, true},
    {"DEMOETH", 735, 2, 120, 160, 900, 0, DEMO_FATE_PLAIN, 0, true},
    {"DEMOFRESH", 2.4, 4, 140, 620, 25, 1880, DEMO_FATE_PLAIN, 0, false},
    {"DEMOFROG", 0.0000042, 10, 160, 680, 40, 260, DEMO_FATE_PLAIN, 0, false},
    {"DEMOFROZEN", 31, 3, 115, 260, 90, 0, DEMO_FATE_FROZEN, 676, false},
    {"DEMOGOLD", 1890, 1, 15, 90, 8, 90, DEMO_FATE_PLAIN, 0, false},
    {"DEMOGRID", 0.31, 5, 135, 430, 9, 400, DEMO_FATE_PLAIN, 0, false},
    {"DEMOHALT", 5.7, 3, 125, 350, 18, 0, DEMO_FATE_OUTAGES, 60, false},
    {"DEMOLEND", 88, 2, 140, 360, 35, 0, DEMO_FATE_PLAIN, 0, false},
    {"DEMOLOST", 12.6, 3, 135, 400, 12, 0, DEMO_FATE_DELISTED, 1168, false},
    {"DEMOMESH", 0.055, 5, 145, 470, 6, 610, DEMO_FATE_PLAIN, 0, false},
    {"DEMOMIND", 0.21, 5, 155, 520, 22, 300, DEMO_FATE_PLAIN, 0, false},
    {"DEMOMOON", 0.0047, 7, 165, 640, 75, 0, DEMO_FATE_PLAIN, 0, false},
    {"DEMONODE", 3.1, 3, 130, 330, 16, 0, DEMO_FATE_PLAIN, 0, false},
    {"DEMONOVA", 1.5, 3, 150, 380, 210, 0, DEMO_FATE_PLAIN, 0, true},
    {"DEMOORACLE", 11.4, 3, 125, 290, 55, 0, DEMO_FATE_PLAIN, 0, false},
    {"DEMOPAY", 0.22, 5, 110, 310, 80, 0, DEMO_FATE_PLAIN, 0, true},
    {"DEMOPHOENIX", 6.4, 4, 140, 390, 120, 0, DEMO_FATE_REPLACED, 495, false},
    {"DEMOPUP", 0.071, 6, 150, 560, 260, 0, DEMO_FATE_PLAIN, 0, false},
    {"DEMOQUEST", 0.53, 4, 145, 450, 24, 200, DEMO_FATE_PLAIN, 0, false},
    {"DEMOREALM", 0.18, 5, 150, 460, 19, 150, DEMO_FATE_PLAIN, 0, false},
    {"DEMOREMIT", 0.13, 5, 105, 270, 11, 0, DEMO_FATE_PLAIN, 0, false},
    {"DEMOROLL", 1.1, 4, 140, 370, 70, 800, DEMO_FATE_PLAIN, 0, false},
    {"DEMOSPLIT", 0.00024, 8, 140, 420, 7, 0, DEMO_FATE_SPLIT, 384, false},
    {"DEMOSWAP", 4.9, 3, 135, 340, 95, 0, DEMO_FATE_PLAIN, 0, true},
    {"DEMOUSD", 1, 4, 0, 0, 400, 0, DEMO_FATE_PEGGED, 0, false},
    {"DEMOVAULT", 22, 3, 125, 320, 17, 0, DEMO_FATE_PLAIN, 0, false},
    {"DEMOVEIL", 158, 2, 110, 300, 28, 0, DEMO_FATE_PLAIN, 0, false},
    {"DEMOYIELD", 23000, 0, 130, 330, 13, 120, DEMO_FATE_PLAIN, 0, false},
};
const size_t demo_asset_count = sizeof demo_assets / sizeof demo_assets[0];

enum { BTC = 3, ETH = 5, NOVA = 18, PAY = 20, SWAP = 28 };

const struct demo_pair demo_pairs[] = {
    {"DEMOETHBTC", ETH, BTC},
    {"DEMONOVABTC", NOVA, BTC},
    {"DEMOPAYBTC", PAY, BTC},
    {"DEMOSWAPETH", SWAP, ETH},
};
const size_t demo_pair_count = sizeof demo_pairs / sizeof demo_pairs[0];
