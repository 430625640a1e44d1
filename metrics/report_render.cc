// How a report looks: aligned text for people, JSON and CSV for programs.
#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/utf8.h"
#include "metrics/report.h"

namespace weir {
namespace {

using nlohmann::ordered_json;

using Row = std::vector<std::string>;

std::string percent(double share) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.1f%%", share * 100);
  return text.data();
}

// A name from outside may hold terminal controls, or not be UTF-8 at all.
std::string printable(std::string_view text) {
  std::string out;
  append_repaired_utf8(&out, text);
  std::replace_if(
      out.begin(), out.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return out;
}

// Bytes that continue a UTF-8 character take no column of their own.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

Row table_row(const ReportLine& line) {
  return {printable(line.key),
          std::to_string(line.requests),
          percent(line.local_share()),
          std::to_string(line.escalated),
          std::to_string(line.errors),
          std::to_string(line.usage.input_tokens),
          std::to_string(line.usage.cache_read_tokens),
          std::to_string(line.usage.cache_write_5m_tokens + line.usage.cache_write_1h_tokens),
          std::to_string(line.usage.output_tokens),
          to_usd_string(line.cost),
          to_usd_string(line.saved),
          to_usd_string(line.local_cost),
          to_usd_string(line.wasted_cost),
          std::to_string(line.unpriced),
          std::to_string(line.recovered)};
}

void append_aligned(std::string* out, const Row& row, const std::vector<std::size_t>& widths) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string pad(widths[i] - columns_of(row[i]), ' ');
    const bool text = i == 0;
    *out += (i == 0 ? "" : "  ") + (text ? row[i] + pad : pad + row[i]);
  }
  *out += '\n';
}

std::string render_table(const Report& report) {
  std::vector<Row> rows = {{std::string(to_string(report.by)), "requests", "local", "escalated",
                            "errors", "input", "cached", "written", "output", "cost USD",
                            "saved USD", "local USD", "wasted USD", "unpriced", "recovered"}};
  for (const ReportLine& line : report.lines) rows.push_back(table_row(line));
  rows.push_back(table_row(report.total));
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], columns_of(row[i]));
    }
  }
  std::string out;
  for (const Row& row : rows) append_aligned(&out, row, widths);
  if (report.open > 0) {
    out += "open reservations: " + std::to_string(report.open) + ", at most " +
           to_usd_string(report.open_bound) + " USD\n";
  }
  if (report.total.unpriced > 0) {
    out += "cost leaves out " + std::to_string(report.total.unpriced) + " unpriced requests\n";
  }
  if (report.total.unknown_saved > 0) {
    out += "saved leaves out " + std::to_string(report.total.unknown_saved) +
           " requests whose saving is unknown\n";
  }
  return out;
}

ordered_json line_json(const ReportLine& line, std::string_view key_name) {
  return {{std::string(key_name), printable(line.key)},
          {"requests", line.requests},
          {"local", line.local},
          {"local_share", line.local_share()},
          {"errors", line.errors},
          {"recovered", line.recovered},
          {"unpriced", line.unpriced},
          {"unknown_saved", line.unknown_saved},
          {"input_tokens", line.usage.input_tokens},
          {"cache_read_tokens", line.usage.cache_read_tokens},
          {"cache_write_5m_tokens", line.usage.cache_write_5m_tokens},
          {"cache_write_1h_tokens", line.usage.cache_write_1h_tokens},
          {"output_tokens", line.usage.output_tokens},
          {"reasoning_tokens", line.usage.reasoning_tokens},
          {"usage_estimated", line.usage.estimated},
          {"cost_nanousd", line.cost.value},
          {"cost_usd", to_usd_string(line.cost)},
          {"saved_nanousd", line.saved.value},
          {"saved_usd", to_usd_string(line.saved)},
          {"local_cost_nanousd", line.local_cost.value},
          {"local_cost_usd", to_usd_string(line.local_cost)},
          {"escalated", line.escalated},
          {"wasted_local_us", line.wasted_local_us},
          {"wasted_nanousd", line.wasted_cost.value},
          {"wasted_usd", to_usd_string(line.wasted_cost)}};
}

std::string render_json(const Report& report) {
  ordered_json lines = ordered_json::array();
  const std::string_view by = to_string(report.by);
  for (const ReportLine& line : report.lines) lines.push_back(line_json(line, by));
  const ordered_json document = {{"by", by},
                                 {"lines", std::move(lines)},
                                 {"total", line_json(report.total, by)},
                                 {"open", report.open},
                                 {"open_bound_nanousd", report.open_bound.value}};
  return document.dump(2) + "\n";
}

// RFC 4180, and no cell that a spreadsheet would take for a formula.
std::string csv_text(std::string_view text) {
  std::string cell;
  append_repaired_utf8(&cell, text);
  if (!cell.empty() &&
      std::string_view("=+-@\t\r\n").find(cell.front()) != std::string_view::npos) {
    cell.insert(0, 1, '\'');
  }
  if (cell.find_first_of("\",\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string render_csv(const Report& report) {
  std::string out = std::string(to_string(report.by)) +
                    ",requests,local,errors,recovered,unpriced,unknown_saved,input_tokens,"
                    "cache_read_tokens,cache_write_5m_tokens,cache_write_1h_tokens,output_tokens,"
                    "reasoning_tokens,escalated,cost_usd,saved_usd,local_cost_usd,wasted_usd\r\n";
  for (const ReportLine& line : report.lines) {
    out += csv_text(line.key);
    for (const std::int64_t value :
         {line.requests, line.local, line.errors, line.recovered, line.unpriced, line.unknown_saved,
          line.usage.input_tokens, line.usage.cache_read_tokens, line.usage.cache_write_5m_tokens,
          line.usage.cache_write_1h_tokens, line.usage.output_tokens, line.usage.reasoning_tokens,
          line.escalated}) {
      out += ',' + std::to_string(value);
    }
    for (const NanoUsd amount : {line.cost, line.saved, line.local_cost, line.wasted_cost}) {
      out += ',' + to_usd_string(amount);
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace

std::string render(const Report& report, ReportFormat format) {
  switch (format) {
    case ReportFormat::kJson: return render_json(report);
    case ReportFormat::kCsv: return render_csv(report);
    case ReportFormat::kTable: break;
  }
  return render_table(report);
}

}  // namespace weir
