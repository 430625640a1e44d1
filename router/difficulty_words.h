// Words that say something about the difficulty of a prompt, in groups. One
// feature counts the hits of each group; a trailing "s" of the text is ignored.
//
// tools/train_difficulty.py reads this file, so keep its form: one quoted string
// a line inside each group, lower case, ASCII letters only.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace weir {

inline constexpr std::size_t kWordGroupCount = 14;

inline constexpr std::array<std::string_view, kWordGroupCount> kWordGroups = {
    // proof
    "prove proving proof theorem lemma corollary derive derivation rigorous rigorously "
    "formally axiom induction contradiction disprove counterexample conjecture iff bijection "
    "isomorphic isomorphism homomorphism theoretic",
    // maths
    "integral integrate derivative differential eigenvalue eigenvector matrix matrices "
    "polynomial probability stochastic converge convergence asymptotic manifold topology "
    "topological algebra algebraic modulo prime irreducible galois field ring group abelian "
    "compact measurable banach hilbert fourier laplace gradient hessian lagrangian "
    "optimisation optimization combinatorial equation inequality logarithm trigonometric sin "
    "cos infinite finite function theta sigma lambda epsilon delta variance covariance "
    "posterior bayesian likelihood estimator regression",
    // science
    "quantum relativity relativistic thermodynamic entropy enthalpy molecule molecular "
    "orbital reaction reagent catalyst enzyme enzymatic protein genome gene genetic mutation "
    "transcription isotope photon electron neutron boson spectrum spectroscopy nmr "
    "wavelength hamiltonian schrodinger stereochemistry enantiomer nucleophilic organic acid "
    "oxidation kinetic equilibrium plasma semiconductor galaxy stellar redshift luminosity "
    "cosmological tensor metabolic receptor pathway neuron synaptic immune antibody antigen "
    "viral bacterial crispr mechanism voltage impedance transistor momentum magnetic "
    "electromagnetic flux viscosity",
    // code
    "implement implementation algorithm code python java javascript typescript rust cpp "
    "golang sql query api class struct compile compiler debug bug refactor unit test regex "
    "parser recursion recursive array pointer async thread script bash docker kubernetes "
    "react django flask framework library module backend frontend endpoint json yaml html "
    "css database schema server client exception stack traceback segfault deadlock leak",
    // systems
    "concurrent concurrency concurrently distributed lockfree lock consensus raft paxos "
    "consistency linearizable linearizability scalable scalability throughput latency "
    "architecture microservice sharding replication fault tolerant tolerance optimize "
    "optimized optimise complexity amortized dynamic programming cache kernel scheduler "
    "vectorized simd gpu cuda cryptographic cryptography protocol vulnerability exploit "
    "garbage collector bytecode interpreter transformer backpropagation reinforcement "
    "embedding attention benchmark profiling migration crdt quorum idempotent transactional "
    "isolation",
    // expert
    "diagnosis patient clinical pharmacology dosage contraindication pathology prognosis "
    "statute liability tort jurisdiction plaintiff defendant precedent constitutional "
    "contract clause fiduciary tax taxation amortization hedging valuation arbitrage "
    "portfolio equity accounting depreciation macroeconomic monetary fiscal econometric "
    "regulatory compliance gdpr patent litigation epistemology metaphysics ontology "
    "deontological hermeneutic syndrome lesion biopsy chronic acute",
    // reasoning
    "why explain analyze analyse analysis compare contrast evaluate critique justify reason "
    "reasoning deduce infer argue argument strategy design plan tradeoff implication "
    "consequence assess investigate thoroughly detailed comprehensive depth elaborate puzzle "
    "riddle logic logical simulate model propose hypothesis",
    // constraint
    "must exactly without only each every least most between respectively such given assume "
    "suppose satisfy condition constraint ensure step optimal minimum maximum minimize "
    "maximize unless except whether neither following statement",
    // quantity
    "how many much total per twice half third cost price dollar percent percentage average "
    "hour minute day week year mile km remaining altogether sum difference left earn spend "
    "buy sell",
    // writing
    "essay article report chapter novel story screenplay thesis dissertation proposal "
    "whitepaper specification documentation paper literature review speech sonnet blog",
    // smalltalk
    "hi hello hey thanks thank please morning evening goodbye bye joke fun funny favorite "
    "favourite birthday lunch dinner breakfast coffee weather weekend cat dog pet friend mom "
    "dad gift recommend name nickname greeting congratulate cheer movie song recipe snack "
    "party feeling happy sorry welcome",
    // job
    "translate summarize summarise summary rephrase rewrite reword shorten fix typo spelling "
    "grammar convert extract classify headline caption bullet proofread paraphrase tldr",
    // chore
    "spell correct synonym antonym rhyme list title subject email message reply tweet slogan "
    "uppercase lowercase alphabetical sort format sentiment keyword definition define meaning "
    "sentence word paragraph polite short brief quick simple one",
    // lookup
    "who when where which capital country city president king invented born died wrote "
    "author actor singer play played won team season episode album released located called "
    "language currency color colour largest tallest longest oldest first what",
};

}  // namespace weir
