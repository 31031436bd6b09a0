// The bottom pane: tabs of the supply curve, what is to come, what happened between two dates, absorption, indicators,
// tasks, stages and pathways, the ledgers and the history. Which one is open is remembered.
#pragma once

#include "ui/absorption_panel.h"
#include "ui/between_panel.h"
#include "ui/curve_panel.h"
#include "ui/forecast_panel.h"
#include "ui/history_panel.h"
#include "ui/indicator_panel.h"
#include "ui/ledger_panel.h"
#include "ui/pathway_panel.h"
#include "ui/task_panel.h"

namespace zaitu::ui {

class BottomPanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  CurvePanel m_curve;
  ForecastPanel m_forecast;
  BetweenPanel m_between;
  AbsorptionPanel m_absorption;
  IndicatorPanel m_indicators;
  TaskPanel m_tasks;
  PathwayPanel m_pathways;
  LedgerPanel m_ledger;
  HistoryPanel m_history;
};

}  // namespace zaitu::ui
