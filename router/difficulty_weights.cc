// Made by tools/train_difficulty.py: do not edit.
//
// Cross-validated in five folds; MMLU by subject (no subject is in training
// and test), without high_school_mathematics. Weak and strong model of
// llmrouter: mistral-7b-instruct-v0.3, llama-3.1-nemotron-51b-instruct.
//
// set        n      AUROC(weak fails)  APGR [95 % interval]    APGR of length  hard at .5
// mmlu       6546   0.535              0.468 [0.442, 0.497]    0.506           0.05
// gsm8k       653   0.470              0.500 [0.433, 0.566]    0.641           0.28
// llmrouter  5608   0.631              0.565 [0.552, 0.583]    0.588           0.48
// open        702   0.905              easy below .5: 0.87, hard from .5: 0.79
//
// Trained on (SHA-256):
// e4efd678d3016b540c601986807149ce12ad64bdb860402e82df94435b587cad mmlu.jsonl
// 7f99ba016afb37eb88f476b2f30709abfdaf16a28b9ce49ac902a1a00d76ac52 gsm8k.jsonl
// ad3ae70149998f02cbf0dd4557ccb6afcf365ac9391b7371329ffc22201e90e3 train.json
// 2650242d2883f22b2abd498f273b6a7e02253cce533f5c91a858e1d44aa3002f arena_hard_v01.jsonl
// c0d4e25c969526fdab6c77023b50a58f9f10656e21839e6c0c80760ec6d459b7 difficulty_anchors.jsonl
#include "router/difficulty_weights.h"

namespace weir {

// clang-format off
const DifficultyWeights kDifficultyWeights = {
    "d1-081ca842", 0.43315,
    {{
    -0.20648,  // log_bytes
    -0.04117,  // log_lines
    1.35566,  // word_length
    0.89799,  // long_words
    0.1564,  // digits
    1.54199,  // log_numbers
    2.37739,  // math_signs
    1.01179,  // latex
    0.26887,  // code_marks
    0.57175,  // non_ascii
    0.99873,  // capitals
    -1.06401,  // questions
    -2.06501,  // options
    -2.04704,  // short
    3.20389,  // w_proof
    0.95679,  // w_maths
    0.27877,  // w_science
    0.51089,  // w_code
    0.35293,  // w_systems
    -0.45287,  // w_expert
    0.80265,  // w_reasoning
    0.18869,  // w_constraint
    -0.71646,  // w_quantity
    -0.74916,  // w_writing
    -1.18799,  // w_smalltalk
    -2.32539,  // w_job
    -0.58898,  // w_chore
    -0.03747,  // w_lookup
    -1.16812,  // story
    0.80461,  // story_bytes
    -2.87828,  // job_bytes
    0.3,  // tools
    0.5,  // log_context
    0.3,  // turns
    }}};
// clang-format on

}  // namespace weir
