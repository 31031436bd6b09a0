// The flow of blocks down the pages of a document: headings, fact lists, tables that break across pages and repeat
// their header, with a head and a foot on every page. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "report/canvas.h"

namespace zaitu::report {

struct Cell {
  std::string text;
  bool bold = false;
  style::Rgba colour = ink;
  std::optional<style::Rgba> chip = std::nullopt;  // a square of this colour before the text
};
struct PageColumn {
  std::string title;
  double weight = 1;  // share of the width
  TextStyle::Align align = TextStyle::Align::left;
};
struct PageTable {
  std::vector<PageColumn> columns = {};
  std::vector<std::vector<Cell>> rows;
  bool has_total = false;  // the last row
  double text_size = 9;
  double padding = 2.5;    // above and below a row's text
  bool has_header = true;  // else the header stands only where the table goes on on a new page
};
struct Fact {
  std::string label;
  Cell value;
};

class Sheet {
 public:
  static constexpr double left = 53, width = 688, bottom_margin = 40;

  struct Frame {
    std::function<double(Canvas&)> first_head, next_head;  // draw, and return where the content begins
    std::vector<std::string> foot;                         // lines, the same on every page
    std::string foot_mark;                                 // drawn apart: the synthetic mark; empty = none
    std::function<std::string(int page, int pages)> page_of;
  };

  // How close the lines of the blocks stand.
  struct Density {
    double fact_gap = 4, most_padding = 8, heading_gap = 7;
  };

  // `pages`: their number, known from a dry run; 0 in that run.
  Sheet(Canvas& canvas, Frame frame, int pages, Density density);
  Sheet(Canvas& canvas, Frame frame, int pages) : Sheet(canvas, std::move(frame), pages, Density{}) {}
  int finish();  // ends the last page; the number of pages
  // What was left free on the first page when it ended.
  double first_page_room() const { return m_first_page_room; }

  Canvas& canvas() { return m_canvas; }
  double y() const { return m_y; }
  double room() const { return m_floor - m_y; }
  void skip(double height) { m_y += height; }
  // Begins a new page where `height` does not fit any more.
  void need(double height);
  void break_page();

  void heading(const std::string& title, const std::string& remark = "", double keep_with = 40);
  // The heading of a block that stands beside another; returns its height.
  double heading_at(double x, double y, double block_width, const std::string& title, const std::string& remark) const;
  // Returns the height; draws at (x, y) without moving on: for blocks side by side.
  double facts_at(double x, double y, double width, double label_width, const std::vector<Fact>& facts) const;
  double facts_height(double width, double label_width, const std::vector<Fact>& facts) const;
  double table_at(double x, double y, double width, const PageTable& table) const;
  double table_height(double width, const PageTable& table) const;
  void table(const PageTable& table);
  void table_header(const PageTable& table);
  // Two columns side by side as in a newspaper where that is shorter than one of full width.
  void table_in_columns(const PageTable& narrow, const PageTable& wide);
  void paragraph(const std::string& text, const TextStyle& style = {}, double indent = 0);

 private:
  void begin_page();
  void end_page();
  std::vector<double> column_edges(double x, double width, const PageTable& table) const;
  double padding(const PageTable& table) const { return std::min(table.padding, m_density.most_padding); }
  double rows_at(const std::vector<double>& edges, double y, const PageTable& table, std::size_t from,
                 std::size_t to) const;
  static double inset(const PageTable& table, std::size_t column);
  double row_height(const std::vector<double>& edges, const PageTable& table, const std::vector<Cell>& row) const;
  double header_at(const std::vector<double>& edges, double y, const PageTable& table, bool draw) const;
  void row_at(const std::vector<double>& edges, double y, double height, const PageTable& table,
              const std::vector<Cell>& row, bool total) const;

  Canvas& m_canvas;
  Frame m_frame;
  int m_pages;
  Density m_density;
  double m_first_page_room = 0;
  int m_page = 0;
  double m_y = 0, m_floor = 0;
};

}  // namespace zaitu::report
