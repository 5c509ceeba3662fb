# Evaluates a job's templates as the BOSH director does, for `bpm job render`.
#
# One JSON document comes in on standard input. For every template one line of JSON goes out on
# standard output, followed by as many bytes of text as the line says. A template's own output
# cannot get in between: $stdout is somewhere else by then.
#
# Names of modules, classes and methods are those that templates of public releases call.
if RUBY_VERSION < "3.1"
  $stderr.puts "Ruby #{RUBY_VERSION} is too old: templates need 3.1 or newer"
  exit! 3
end

require "erb"
require "json"
require "yaml"
require "shellwords"

# Gems are loaded when a template requires something that comes as one, since loading them always
# would take longer than all the rest.
module Kernel
  alias_method :bpm_plain_require, :require
  private :bpm_plain_require

  def require(name)
    bpm_plain_require(name)
  rescue LoadError => error
    raise if defined?(Gem) || !error.path.nil? && error.path != name
    bpm_plain_require("rubygems")
    Kernel.send(:require, name)
  end
  private :require
end

begin
  require "ostruct"
rescue LoadError
  # Ruby 4.0 comes without it; templates know `spec` and `properties` as one.
  class OpenStruct
    def initialize(fields = nil)
      @table = {}
      (fields || {}).each_pair { |name, value| self[name] = value }
    end

    def [](name) = @table[name.to_sym]

    def []=(name, value)
      name = name.to_sym
      @table[name] = value
      define_singleton_method(name) { @table[name] } unless name.end_with?("!")
      define_singleton_method(:"#{name}=") { |new_value| @table[name] = new_value }
    end

    def to_h(&block) = block ? @table.to_h(&block) : @table.dup
    def each_pair(&block) = block ? (@table.each_pair(&block); self) : @table.each_pair
    def dig(name, *rest) = @table.dig(name.to_sym, *rest)
    def marshal_dump = @table
    def delete_field(name) = @table.delete(name.to_sym)
    def ==(other) = other.is_a?(OpenStruct) && @table == other.to_h
    def respond_to_missing?(name, include_private = false) = @table.key?(name) || super
    def inspect = "#<#{self.class}>"
    alias to_s inspect

    def method_missing(name, *arguments)
      return self[name.to_s.chomp("=")] = arguments.first if name.end_with?("=")
      return super unless arguments.empty?
      @table[name]
    end
  end
end

# What templates use without requiring it, because a director happens to have it loaded.
{
  IPAddr: "ipaddr", URI: "uri", Digest: "digest", OpenSSL: "openssl", Base64: "base64",
  SecureRandom: "securerandom", Date: "date", DateTime: "date", StringIO: "stringio",
  Zlib: "zlib", CGI: "cgi", Tempfile: "tempfile", Pathname: "pathname", Set: "set",
  BigDecimal: "bigdecimal", FileUtils: "fileutils", Net: "net/http"
}.each { |name, library| autoload(name, library) unless Object.const_defined?(name) }

class Object
  def blank? = respond_to?(:empty?) ? !!empty? : !self
  def present? = !blank?
  def presence = present? ? self : nil
end

class String
  def blank? = match?(/\A[[:space:]]*\z/)
end

class Numeric
  def blank? = false
end

class Time
  def blank? = false
end

module Bosh
  module Common
    module Template
      class EvaluationFailed < StandardError; end
      class InvalidPropertyType < StandardError; end

      class UnknownProperty < StandardError
        attr_reader :name

        def initialize(name)
          @name = name
          super("Can't find property '#{name}'")
        end
      end

      class UnknownLink < StandardError
        attr_reader :name

        def initialize(name)
          @name = name
          super("Can't find link '#{name}'")
        end
      end

      # Looking up dotted names. Every part is looked up with [], whatever it is looked up in.
      module PropertyHelper
        def lookup_property(collection, name)
          return nil if collection.nil?
          name.split(".").reduce(collection) do |found, key|
            value = found[key]
            return nil if value.nil?
            value
          end
        end
      end

      # What a job, a link and an instance of a link have in common: properties to ask for.
      module Lookup
        include PropertyHelper

        def p(*arguments)
          names = Array(arguments[0])
          names.each do |name|
            value = lookup_property(known_properties, name)
            Bpm::Asked.note(:property, name) if equal?(Bpm.context)
            return value unless value.nil?
          end
          return arguments[1] if arguments.length == 2
          Bpm::Missing.note(names) || raise(UnknownProperty.new(names))
        end

        def if_p(*names)
          values = names.map do |name|
            value = lookup_property(known_properties, name)
            Bpm::Asked.note(:property, name) if equal?(Bpm.context)
            return EvaluationContext::ActiveElseBlock.new(self) if value.nil?
            value
          end
          yield(*values)
          EvaluationContext::InactiveElseBlock.new
        end
      end

      class EvaluationLinkInstance
        include Lookup
        attr_reader :name, :index, :id, :az, :address, :properties, :bootstrap

        def initialize(fields)
          @name, @index, @id, @az, @address, @properties, @bootstrap =
            fields.values_at("name", "index", "id", "az", "address", "properties", "bootstrap")
        end

        private

        def known_properties = @properties
      end

      class EvaluationLink
        include Lookup
        attr_reader :instances, :properties

        def initialize(fields, dns)
          @instances = fields["instances"].map { |instance| EvaluationLinkInstance.new(instance) }
          @properties = fields["properties"]
          @fields = fields
          @dns = dns
        end

        def address(criteria = {})
          return @fields["address"] if @fields.key?("address")
          @dns.query(criteria, @fields)
        end

        private

        def known_properties = @properties
      end

      # `self` in a template.
      class EvaluationContext
        include Lookup
        attr_reader :name, :index, :properties, :raw_properties, :spec

        def initialize(spec, dns)
          @name = spec["name"]
          @index = spec["index"]
          @spec = openstruct(spec, BackCompatOpenStruct)
          @raw_properties = spec["properties"] || {}
          @properties = openstruct(@raw_properties, OpenStruct)
          @links = spec["links"] || {}
          @dns = dns
        end

        def get_binding
          binding
        end

        def link(name)
          fields = link_fields(name)
          raise UnknownLink.new(name) if fields.nil?
          EvaluationLink.new(fields, @dns)
        end

        def if_link(name)
          fields = link_fields(name)
          return ActiveElseBlock.new(self) if fields.nil?
          yield EvaluationLink.new(fields, @dns)
          InactiveElseBlock.new
        end

        private

        def known_properties = @raw_properties

        def link_fields(name)
          Bpm::Asked.note(:link, name)
          fields = lookup_property(@links, name)
          fields unless fields.nil? || !fields.key?("instances")
        end

        def openstruct(value, kind)
          case value
          when Hash then kind.new(value.transform_values { |one| openstruct(one, kind) })
          when Array then value.map { |one| openstruct(one, kind) }
          else value
          end
        end

        # Templates list the names of networks by `spec.networks.methods(false)`.
        class BackCompatOpenStruct < OpenStruct
          def methods(regular = true)
            regular ? super : marshal_dump.keys.map(&:to_sym)
          end
        end

        # What follows `end.` where the block before did not run.
        class ActiveElseBlock
          def initialize(context)
            @context = context
          end

          def else
            yield
          end

          def else_if_p(*names, &block) = @context.if_p(*names, &block)
          def else_if_link(name, &block) = @context.if_link(name, &block)
        end

        # What follows `end.` where it did.
        class InactiveElseBlock
          def else; end
          def else_if_p(*) = InactiveElseBlock.new
          def else_if_link(_name) = InactiveElseBlock.new
        end
      end
    end
  end

  Template = Common::Template
end

# Everything that is bpm's own and no template's business.
module Bpm
  class << self
    attr_accessor :context
  end

  # Which names a template asked for, so that what reads templates without running them can be
  # held to it.
  module Asked
    class << self
      def reset = @names = []
      def note(kind, name) = @names << [kind, name.to_s]
      def names = @names.uniq
    end
    reset
  end

  # Everything that has no value is told at once: a template that failed for one property is
  # evaluated again, with a text in the place of each, only to see what else it asks for.
  module Missing
    class << self
      attr_reader :found

      def collect(file)
        @file = file
        @found = []
        yield
      rescue Exception
        # Whatever else goes wrong may come from the texts.
        @found
      ensure
        @file = nil
      end

      def note(names)
        return nil if @file.nil?
        @found << { names: names.map(&:to_s), line: Bpm.line_in(caller, @file) }
        +"missing"
      end
    end
  end

  # Names of queries that BOSH DNS answers. The numbers are the director's database ids.
  class Dns
    HEALTH = { "unhealthy" => 1, "healthy" => 3, "all" => 4 }.freeze
    CHECK = { "synchronous" => ["y1"], "asynchronous" => ["y0"] }.freeze

    def initialize(ids)
      @azs, @networks, @groups = ids.values_at("azs", "networks", "groups")
    end

    def query(criteria, link)
      short = link.fetch("use_short_dns_addresses", false)
      parts = (criteria[:azs] || []).reject(&:nil?).map { |az| "a#{id(@azs, az, "AZ")}" }
      network = link["default_network"]
      parts << "n#{id(@networks, network, "Network")}" if short && !network.nil?
      parts.concat(CHECK.fetch(criteria[:initial_health_check], []))
      parts << "s#{HEALTH.fetch(criteria[:status], 0)}"
      ["q-#{parts.sort.join}", *group(link, short), link["domain"]].join(".")
    end

    private

    def id(ids, name, kind)
      ids.fetch(name) { raise "Unknown #{kind}: '#{name}'" }
    end

    def group(link, short)
      by_link = link.fetch("use_link_dns_names", false)
      name = link[by_link ? "group_name" : "instance_group"]
      kind = by_link ? "link" : "instance-group"
      deployment = link["deployment_name"]
      return ["q-g#{@groups[[kind, name, deployment].join("/")]}"] if short
      [name, link["default_network"], deployment].map { |label| canonical(label) }
    end

    def canonical(label)
      label.downcase.tr("_", "-").gsub(/[^a-z0-9-]/, "")
    end
  end

  class << self
    def decode(value)
      return value unless value.is_a?(Array)
      kind, *rest = value
      case kind
      when "a" then rest.map { |item| decode(item) }
      when "h" then rest.each_slice(2).to_h { |key, item| [decode(key), decode(item)] }
      when ":" then rest.first.to_sym
      when "f" then float(rest.first)
      end
    end

    def float(text)
      special = { "NaN" => Float::NAN, "Infinity" => Float::INFINITY, "-Infinity" => -Float::INFINITY }
      special.fetch(text) { Float(text) }
    end

    # What the director of today prints, whatever Ruby is at hand: since 3.4 the message says only
    # the receiver's class, before that it showed the object with the values in it.
    def text_of(error)
      text = error.message.to_s.dup.force_encoding(Encoding::UTF_8).scrub
      return text unless error.is_a?(NameError) && RUBY_VERSION < "3.4"
      undefined = /\A((?:undefined local variable or|undefined|private|protected) method) [`']([^']*)'( called)? for /
      return text.lines.first.to_s.chomp.tr("`", "'") unless (match = undefined.match(text))
      "#{match[1]} '#{match[2]}'#{match[3]} for #{receiver_of(error)}"
    end

    def receiver_of(error)
      receiver = error.receiver
      case receiver
      when nil, true, false then receiver.inspect
      when Class then "class #{receiver}"
      when Module then "module #{receiver}"
      else "an instance of #{Kernel.instance_method(:class).bind_call(receiver)}"
      end
    rescue ArgumentError
      "an object"
    end

    def lines_in(frames, file)
      lines = (frames || []).filter_map do |frame|
        path, line = frame.split(":")
        line.to_i if path.include?(file)
      end
      lines.uniq
    end

    def line_in(frames, file) = lines_in(frames, file).first

    def failure(error, file)
      {
        class: error.class.name, text: text_of(error), lines: lines_in(error.backtrace, file),
        names: (Array(error.name).map(&:to_s) if unknown?(error))
      }
    end

    def unknown?(error)
      error.is_a?(Bosh::Template::UnknownProperty) || error.is_a?(Bosh::Template::UnknownLink)
    end

    # The result is a text, or what went wrong. A template may raise anything, even `exit`.
    def evaluate(template, job, spec, dns)
      Asked.reset
      file = "#{job}/#{template["source"]}"
      erb = ERB.new(template["text"], trim_mode: "-")
      erb.filename = file
      [fill_in(erb, spec, dns), nil]
    rescue Exception => error
      failed = failure(error, file)
      missing = Missing.collect(file) { fill_in(erb, spec, dns) && Missing.found } if unknown?(error)
      [nil, failed.merge(missing: missing || [])]
    end

    def fill_in(erb, spec, dns)
      self.context = Bosh::Template::EvaluationContext.new(Marshal.load(spec), dns)
      erb.result(context.get_binding)
    end

    def limit(limits)
      limits.each do |name, value|
        Process.setrlimit(Process.const_get("RLIMIT_#{name}"), value)
      end
    end

    # Where no process can be started, Ruby would try again and again.
    def start_no_process
      refuse = ->(*) { raise NotImplementedError, "a template can start no process" }
      %i[fork spawn system exec `].each do |name|
        [Kernel, Kernel.singleton_class].each { |place| place.define_method(name, refuse) }
      end
      %i[fork spawn daemon exec].each { |name| Process.define_singleton_method(name, refuse) }
      IO.define_singleton_method(:popen, refuse)
      refuse_pipes(refuse)
    end

    # To Kernel#open, a name that begins with | is a command.
    def refuse_pipes(refuse)
      plain_open = Kernel.instance_method(:open)
      [Kernel, Kernel.singleton_class].each do |place|
        place.define_method(:open) do |name, *rest, **options, &block|
          refuse.call if name.is_a?(String) && name.start_with?("|")
          plain_open.bind_call(self, name, *rest, **options, &block)
        end
      end
    end

    # Dies with bpm, and gains no rights by running a program that would give them (prctl(2)).
    def bind_to_parent(numbers)
      return if numbers.nil?
      syscall(numbers["prctl"], 1, 9, 0, 0, 0)
      syscall(numbers["prctl"], 38, 1, 0, 0, 0)
    end

    def run(input, output)
      document = JSON.parse(input.read, max_nesting: false)
      bind_to_parent(document["numbers"])
      limit(document["limits"])
      start_no_process
      # Writing a file then fails as any other call does.
      trap("XFSZ", "IGNORE")
      send_line(output, ruby: RUBY_VERSION)
      document["units"].each do |unit|
        dns = Dns.new(unit["dns"])
        spec = Marshal.dump(decode(unit["spec"]))
        unit["templates"].each do |template|
          text, error = evaluate(template, unit["job"], spec, dns)
          send_line(output, { error: error, asked: Asked.names }, text)
        end
      end
    end

    def send_line(output, line, text = nil)
      bytes = text.to_s.b
      output.write(JSON.generate(line.merge(size: bytes.bytesize)), "\n", bytes)
      output.flush
    end
  end
end

answers = $stdout.dup
answers.binmode
$stdout.reopen($stderr)
$VERBOSE = nil
Encoding.default_external = Encoding::UTF_8
Bpm.run($stdin, answers)
# No template's at_exit has a say any more.
exit! 0
