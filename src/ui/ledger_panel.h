// The ledgers of parcels, projects and phases as tables: filter, sort, totals, selection both ways. Rows are drawn only
// where they are seen; filtering and sorting run beside the window's thread.
#pragma once

#include <future>
#include <memory>
#include <string>

#include "app/ledger_view.h"
#include "ui/frame.h"

namespace zaitu::ui {

class LedgerPanel {
 public:
  ~LedgerPanel();
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  using View = std::shared_ptr<const app::LedgerView>;

  void draw_bar(const Frame& frame, CommandQueue& commands);
  void draw_table(const Frame& frame, CommandQueue& commands);
  void draw_totals(const Frame& frame);
  void refresh(const Frame& frame);
  const app::IdSet& selected_ids(const app::Selection& selection) const;
  app::IdSet ids_at(std::size_t from, std::size_t to) const;
  std::size_t first_selected(const app::IdSet& ids) const;
  void clicked(const Frame& frame, CommandQueue& commands, std::size_t place);

  app::LedgerKind m_kind = app::LedgerKind::parcels;  // of this frame
  app::LedgerQuery m_query;
  std::shared_ptr<const app::Ledger> m_ledger;  // that m_view speaks of
  View m_view;
  app::LedgerQuery m_asked_query;
  std::shared_ptr<const app::Ledger> m_asked_ledger;
  std::shared_ptr<base::Progress> m_progress;  // of m_pending
  double m_asked_at = 0;                       // seconds of the frame's clock
  std::future<View> m_pending;
  std::size_t m_anchor = 0;  // place of the last plain click, for shift-click
  app::Selection m_seen;     // to notice that the map selected something
  bool m_own_click = false;
};

}  // namespace zaitu::ui
