// The bottom pane: tabs of the supply curve, what is to come, what happened between two dates, the ledgers and the
// history. Which one is open is remembered.
#pragma once

#include "ui/between_panel.h"
#include "ui/curve_panel.h"
#include "ui/forecast_panel.h"
#include "ui/history_panel.h"
#include "ui/ledger_panel.h"

namespace zaitu::ui {

class BottomPanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  CurvePanel m_curve;
  ForecastPanel m_forecast;
  BetweenPanel m_between;
  LedgerPanel m_ledger;
  HistoryPanel m_history;
};

}  // namespace zaitu::ui
