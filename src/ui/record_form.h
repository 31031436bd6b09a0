// A popup in which the fields of one row are entered: each with its label, and with the reason beside it while
// something speaks against what stands in it. Enter saves, Escape leaves. Main thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "planning/plan_rules.h"
#include "ui/frame.h"

namespace zaitu::ui {

class RecordForm {
 public:
  struct Option {
    std::string code, label;
  };
  struct Field {
    enum class Kind { text, number, colour, choice, fixed };
    std::string column;  // of its table; the field's widget is "form.<column>"
    std::string label, text;
    Kind kind = Kind::text;
    std::vector<Option> options = {};  // of a choice; `text` is the chosen code
    bool required = false;
    std::string stored = {};  // what stood in it when the form was opened; set there
  };
  struct Spec {
    std::string title;
    std::vector<Field> fields;
    std::string focus;  // column that has the keyboard first
    // What speaks against the fields, beside what they are by themselves: an empty one that is required, no number.
    std::function<planning::Refusals(const RecordForm&)> check;
    std::function<void(const RecordForm&, CommandQueue&)> save;
    std::function<void(CommandQueue&)> remove;  // none: it cannot be removed from here
    planning::Refusals stays;                   // why it cannot be removed at present
  };

  void open(Spec spec);  // with the next draw()
  void draw(const Frame& frame, CommandQueue& commands);

  const std::string& text(std::string_view column) const;
  double number(std::string_view column) const;  // NaN: empty, or none

 private:
  planning::Refusals refusals() const;
  bool draw_field(const Frame& frame, Field& field);  // true: Enter was pressed in it
  void draw_choice(const Frame& frame, Field& field) const;

  Spec m_spec;
  bool m_due = false;
};

}  // namespace zaitu::ui
