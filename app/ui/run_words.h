// What the window tells about a run; the exports tell the same.
#pragma once

#include "app/export/plain_words.h"
#include "app/export/run_words.h"

namespace ui {

using exporter::lost_messages;
using exporter::narration;
using exporter::network_told;
using exporter::plain_words;
using exporter::Reasoned;
using exporter::TapeBuilder;
using exporter::why_list;
using exporter::Words;

}  // namespace ui
