// The score of a scan: how clear an uptrend is, from 0 to 100.
#pragma once

#include "engine/scan.h"

enum scan_part { SCAN_STACK, SCAN_SLOPES, SCAN_RETURNS, SCAN_DISTANCE, SCAN_PARTS };

// What a part is worth and how it comes about; with share(x, h) = x / (x + h) for x > 0 and 0 otherwise,
// which is a half at h and never falls.
struct scan_part_info {
    const char *name; // "trend_stack"
    double weight;    // its most
    const char *formula;
};

const struct scan_part_info *scan_part_info(enum scan_part part);

// The parts and, as answer, their sum. Each rises (or stays) with the figures it is made of; only the
// distance falls the farther the close stands from SMA(medium). A figure that is no number counts as 0
// points.
double scan_score(const struct scan_rules *rules, const struct scan_figures *figures,
                  double out_parts[static SCAN_PARTS]);
